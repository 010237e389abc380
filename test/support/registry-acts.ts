import { join } from "node:path";
import { artifactFolder } from "../../src/backends/fs/artifact-folder.ts";
import { fsBlobs } from "../../src/backends/fs/fs-blob-store.ts";
import { keyFileSigner } from "../../src/backends/fs/key-file-signer.ts";
import { pinnedKeysVerifier } from "../../src/backends/fs/pinned-keys-verifier.ts";
import { writeArtifactFolder } from "../../src/backends/fs/write-artifact-folder.ts";
import { sqliteMetadata } from "../../src/backends/sqlite/sqlite-metadata-store.ts";
import { makeChampion, openRegistry, passedRollout, type RegistryFixture } from "../registry/registry-fixture.ts";
import type { StoreLayers } from "./data-store.ts";

const by = { actor: "ada", reason: "test" };

/** An act of the registry, and whether it is done. */
export interface RegistryAct {
  run(fixture: RegistryFixture): Promise<unknown>;
  isDone(fixture: RegistryFixture): Promise<boolean>;
}

/** Acts that write more than once, on the place that {@link prepareActs} makes. */
export const registryActs: { readonly [name: string]: RegistryAct } = {
  register: {
    run: (fixture) => fixture.registerSkill(0.97),
    isDone: async ({ registry }) => (await registry.versions("delay")).length === 4,
  },
  promote: {
    run: async (fixture) => {
      fixture.others.rollout = passedRollout(3, 2);
      await fixture.registry.promote({ name: "delay", version: 3 }, "production", by);
    },
    isDone: async ({ registry }) => (await registry.aliases("delay")).champion === 3,
  },
  rollback: {
    run: ({ registry }) => registry.rollback("delay", 1, by),
    isDone: async ({ registry }) => (await registry.aliases("delay")).champion === 1,
  },
  import: {
    run: async ({ folder, registry, options }) => {
      const bundle = await artifactFolder(join(folder, "exported"), { format: "certified-model" });
      await registry.import(bundle, { trust: options.verifier, ...by });
    },
    isDone: async ({ registry }) => (await registry.versions("delay")).some(({ origin }) => origin !== undefined),
  },
  "rotate the key": {
    run: ({ folder, registry }) => registry.rotateKey({ to: keyFileSigner({ path: join(folder, "next.pem") }), ...by }),
    isDone: async ({ folder, ledger }) => {
      const from = keyFileSigner({ path: join(folder, "key.pem") }).keyId;
      return (await ledger.audit.read({ subject: `key:${from}` })).length === 1;
    },
  },
};

/** The registry in a folder, with both keys pinned, and layers over its stores. */
export async function openActs(folder: string, layers?: StoreLayers): Promise<RegistryFixture> {
  const [signer, next] = ["key", "next"].map((name) => keyFileSigner({ path: join(folder, `${name}.pem`) }));
  if (signer === undefined || next === undefined) throw new Error("two keys expected");
  const keys = { [signer.keyId]: signer.publicKeyPem(), [next.keyId]: next.publicKeyPem() };
  const metadata = sqliteMetadata({ path: join(folder, "metadata.db") });
  const blobs = fsBlobs({ path: join(folder, "blobs") });
  return await openRegistry({
    folder,
    keep: true,
    signing: { signer, verifier: pinnedKeysVerifier({ keys }) },
    metadata: layers?.metadata(metadata) ?? metadata,
    blobs: layers?.blobs(blobs) ?? blobs,
  });
}

/** A replaced champion, a champion, a candidate that may replace it, and an exported version. */
export async function prepareActs(folder: string): Promise<void> {
  const fixture = await openActs(folder);
  const { registry } = fixture;
  await makeChampion(fixture, await fixture.registerSkill(0.8));
  fixture.others.rollout = passedRollout(2, 1);
  await makeChampion(fixture, await fixture.registerSkill(0.95));
  fixture.others.rollout = passedRollout(3, 2);
  const third = await fixture.registerSkill(0.99);
  await registry.promote(third, "staging", by);
  await registry.approve(third, "candidate", { approver: "grace", role: "owner", comment: "fine" });
  await registry.promote(third, "candidate", by);
  await registry.approve(third, "production", { approver: "grace", role: "owner", comment: "fine" });
  await writeArtifactFolder(await registry.export({ name: "delay", version: 2 }, by), join(folder, "exported"));
  await fixture.close();
}
