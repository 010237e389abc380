import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fsBlobs } from "../../src/backends/fs/fs-blob-store.ts";
import type { PromotionPolicy } from "../../src/contracts/gate.ts";
import { BlobArtifactStore } from "../../src/ledger/artifacts/blob-artifact-store.ts";
import { ContentRegistry } from "../../src/registry/content/content-registry.ts";
import { prompt } from "../../src/registry/content/prompt.ts";
import { ModelRegistry } from "../../src/registry/model-registry.ts";
import { defaultContentPolicy } from "../../src/registry/policy/default-content-policy.ts";
import { VersionCatalog } from "../../src/registry/search/version-catalog.ts";
import type { RegistryOptions } from "../../src/registry/registry-options.ts";
import {
  laxPolicy,
  makeChampion,
  openRegistry,
  passedRollout,
  type RegistryFixture,
} from "../registry/registry-fixture.ts";
import { countedPoints } from "../support/fatal-point.ts";

// A process that dies before, within or after any write of an act: the act is done as a whole, or not at all, and can be done again.

const policy: PromotionPolicy = {
  ...laxPolicy,
  aliases: { eu: { stage: "staging", gates: [], approvals: 0 } },
  breakGlass: { roles: ["on-call"], maxDurationMs: 3_600_000 },
};
const request = { actor: "ada", reason: "test" };
const one = { name: "delay", version: 1 };
const two = { name: "delay", version: 2 };
const by = { approver: "grace", role: "owner", comment: "" };
const emergency = { actor: "olga", reason: "fire", role: "on-call", expiresIn: "1h" };

interface Desk {
  readonly registry: ModelRegistry;
  readonly content: ContentRegistry;
  readonly catalog: VersionCatalog;
  readonly fixture: RegistryFixture;
}

/** An act, what goes before it, and whether it is done. */
interface Act {
  readonly before?: (desk: Desk) => Promise<unknown>;
  readonly run: (desk: Desk) => Promise<unknown>;
  readonly isDone: (desk: Desk) => Promise<boolean>;
}

const acts: { readonly [name: string]: Act } = {
  "an alias moved": {
    before: ({ registry }) => registry.alias(one, "eu", request),
    run: ({ registry }) => registry.alias(two, "eu", request),
    isDone: async ({ registry }) => (await registry.load("delay", "eu")).version.version === 2,
  },
  "an alias removed": {
    before: ({ registry }) => registry.alias(one, "eu", request),
    run: ({ registry }) => registry.removeAlias("delay", "eu", request),
    isDone: async ({ registry }) => (await registry.aliases("delay")).own === undefined,
  },
  deprecated: {
    run: ({ registry }) => registry.deprecate(two, request),
    isDone: async ({ registry }) => (await registry.deprecation(two)) !== undefined,
  },
  reinstated: {
    before: ({ registry }) => registry.deprecate(two, request),
    run: ({ registry }) => registry.reinstate(two, request),
    isDone: async ({ registry }) => (await registry.deprecation(two)) === undefined,
  },
  "a card written": {
    before: ({ registry }) => registry.writeCard(two, { owner: "ops" }, { author: "ada" }),
    run: ({ registry }) => registry.writeCard(two, { owner: "sales" }, { author: "ada" }),
    isDone: async ({ registry, catalog }) => {
      const { versions } = await catalog.search({ owner: "sales" });
      const isWritten = (await registry.card(two))?.parts.owner === "sales";
      if (isWritten !== (versions.length === 1)) throw new Error("the owner is found as the card does not say");
      return isWritten;
    },
  },
  approved: {
    run: ({ registry }) => registry.approve(two, "candidate", by),
    isDone: async ({ registry }) => (await registry.explain(two, "candidate")).approvals.given.length === 1,
  },
  "an approval taken back": {
    before: ({ registry }) => registry.approve(two, "candidate", by),
    run: ({ registry }) => registry.revokeApproval(two, "candidate", { ...request, approver: "grace" }),
    isDone: async ({ registry }) => (await registry.explain(two, "candidate")).approvals.given.length === 0,
  },
  "the glass broken": {
    run: ({ registry }) => registry.breakGlass(two, "production", emergency),
    isDone: async ({ registry }) => (await registry.champion("delay")).version.version === 2,
  },
  "break-glass confirmed": {
    before: async ({ registry, fixture }) => {
      await registry.breakGlass(two, "production", emergency);
      fixture.others.rollout = passedRollout(2, 1);
      await registry.approve(two, "production", by);
    },
    run: async ({ registry, fixture }) => {
      fixture.others.rollout = passedRollout(2, 1);
      return await registry.promote(two, "production", request);
    },
    isDone: async ({ registry }) => (await registry.champion("delay")).validUntilMs === undefined,
  },
  "a prompt registered": {
    run: ({ content }) =>
      content.registerContent(prompt("triage", { template: "x" }), { author: "ada", tags: { a: "b" } }),
    isDone: async ({ registry, catalog }) => {
      const [count, tagged] = [
        (await registry.versions("triage")).length,
        await catalog.search({ tag: { name: "a", value: "b" } }),
      ];
      if (count !== tagged.versions.length) throw new Error("a version without its tag, or a tag without its version");
      return count === 1;
    },
  },
  tagged: {
    run: ({ catalog }) => catalog.tag(two, { a: "1", b: "2" }, { actor: "ada" }),
    isDone: async ({ catalog }) => {
      const tags = (await catalog.search({ model: "delay" })).versions[0]?.tags ?? {};
      if (Object.keys(tags).length % 2 === 1) throw new Error("one of two tags");
      return Object.keys(tags).length === 2;
    },
  },
};

let prepared: string;
beforeAll(async () => {
  prepared = await mkdtemp(join(tmpdir(), "sluice-decide-"));
  const open = await openRegistry({ folder: prepared, policy, keep: true });
  await makeChampion(open, await open.registerSkill(0.8));
  await open.registry.promote(await open.registerSkill(1), "staging", request);
  await open.close();
});
afterAll(() => rm(prepared, { recursive: true, force: true }));

/** Opens a folder; `onPoint` is called before, within and after each write. */
async function deskIn(folder: string, onPoint?: (passed: number) => void): Promise<Desk> {
  const fixture = await openRegistry({ folder, policy, keep: true });
  const { layers } = countedPoints(onPoint);
  const blobs = layers.blobs(fsBlobs({ path: join(folder, "blobs") }));
  const options: RegistryOptions = {
    ...fixture.options,
    policies: { prompt: defaultContentPolicy() },
    metadata: layers.metadata(fixture.metadata),
    blobs,
    artifacts: new BlobArtifactStore({ blobs }),
  };
  const registry = new ModelRegistry(options);
  const content = new ContentRegistry({ ...options, source: registry });
  return { registry, content, catalog: new VersionCatalog(options), fixture };
}

describe.each(Object.entries(acts))("%s", (_, act) => {
  test("at every point the process dies at", async () => {
    const start = `${prepared}-start`;
    await cp(prepared, start, { recursive: true });
    const first = await deskIn(start);
    await act.before?.(first);
    expect(await act.isDone(first)).toBe(false);
    await first.fixture.close();
    const outcomes: boolean[] = [];
    for (let n = 1; ; n++) {
      const folder = `${prepared}-${n}`;
      await cp(start, folder, { recursive: true });
      let dead = false;
      const dying = await deskIn(folder, (passed) => {
        if (passed >= n) {
          dead = true;
          throw new Error("the process is dead");
        }
      });
      const ended = await act.run(dying).then(
        () => "done",
        (error: unknown) => String(error),
      );
      await dying.fixture.close();
      const after = await deskIn(folder);
      const isDone = await act.isDone(after);
      expect(await after.fixture.ledger.audit.verify(), `point ${n}`).toMatchObject({ valid: true });
      await after.registry.champion("delay");
      if (!isDone) {
        await act.run(after);
        expect(await act.isDone(after), `point ${n}: ${ended}`).toBe(true);
      }
      await after.fixture.close();
      await rm(folder, { recursive: true, force: true });
      if (!dead) {
        expect([ended, isDone]).toEqual(["done", true]);
        break;
      }
      outcomes.push(isDone);
    }
    await rm(start, { recursive: true, force: true });
    expect(outcomes.length).toBeGreaterThanOrEqual(3);
    expect(outcomes).toEqual([...outcomes].sort());
    expect(outcomes.at(-1)).toBe(true);
  });
});
