import { afterEach, expect, test } from "vitest";
import type { Stage } from "../../src/contracts/model-version.ts";
import { digestOf } from "../../src/core/digest.ts";
import { seededRandom } from "../../src/core/random.ts";
import { signRecord } from "../../src/ledger/signed-record.ts";
import type { RegistryTables } from "../../src/registry/tables.ts";
import {
  blockTexts,
  everyStanding,
  productionOf,
  standingWith,
  writeBlocks,
} from "../../src/registry/versions/standing-blocks.ts";
import {
  readStanding,
  type Standing,
  type VersionStanding,
  type WholeStanding,
} from "../../src/registry/versions/standing.ts";
import { editStore, rowsOf, sql } from "../support/edit-store.ts";
import { makeChampion, openRegistry, passedRollout, type RegistryFixture } from "./registry-fixture.ts";

let open: RegistryFixture | undefined;
afterEach(async () => {
  await open?.close();
  open = undefined;
});
const stages: readonly Stage[] = ["staging", "candidate", "production", "archived"];

test("whatever is promoted in whatever order, the blocks say where each version stands, and who is in production", async () => {
  open = await openRegistry();
  const { metadata } = open;
  const sqlOf = metadata.sql.withTables<RegistryTables>();
  const random = seededRandom("standing");
  const expected = new Map<number, VersionStanding>();
  const kept = new Map<number, string>();
  let standing: Standing = { kind: "standing", schema: 2, model: "späm", revision: 0, production: null, blocks: [] };
  for (let at = 0; at < 300; at++) {
    const [one, other] = [1 + random.int(200), 1 + random.int(200)];
    const changed = new Map(
      (at % 3 === 0 ? [one, other] : [one]).map((version, i) => {
        const stage = i === 1 ? "archived" : (stages[random.int(stages.length)] ?? "staging");
        return [version, { version, stage, revision: at, certificate: digestOf(`${at} ${version}`) }] as const;
      }),
    );
    const reigning = [...expected.values()].find(({ stage }) => stage === "production");
    const enters = [...changed.values()].some(({ stage }) => stage === "production");
    if (enters && reigning !== undefined && !changed.has(reigning.version))
      changed.set(reigning.version, { ...reigning, stage: "archived", revision: at });
    const texts = await blockTexts(sqlOf, standing, [...changed.keys()], at % 2 === 0 ? kept : new Map());
    const next = standingWith(standing, [...changed.values()], texts);
    await metadata.write(async (tx) => await writeBlocks(tx, standing.model, next.blocks));
    for (const [block, text] of next.blocks) kept.set(block, text);
    for (const moved of changed.values()) expected.set(moved.version, moved);
    expect(next.standing.revision).toBe(at + 1);
    standing = next.standing;
    const reigns = [...expected.values()].find(({ stage }) => stage === "production");
    expect(productionOf(standing)).toBe(reigns?.version ?? null);
  }
  const sorted = [...expected.values()].sort((a, b) => a.version - b.version);
  expect(await everyStanding(sqlOf, standing)).toEqual(sorted);
  await expect(everyStanding(sqlOf, { ...standing, model: "other" })).rejects.toMatchObject({
    code: "registry/tampered",
  });
});

test("a standing that an earlier release signed whole is read, and the next transition puts it into blocks", async () => {
  open = await openRegistry();
  const { registry, metadata, options, registerSkill } = open;
  const sqlOf = metadata.sql.withTables<RegistryTables>();
  await makeChampion(open, await registerSkill(0.8));
  await earlierStanding(open);
  expect((await registry.champion("delay")).version.version).toBe(1);
  await registry.deprecate({ name: "delay", version: 1 }, { actor: "ada", reason: "old" });
  expect((await readStanding(sqlOf, "delay", options.verifier)).schema).toBe(1);
  const next = await registerSkill(1);
  open.others.rollout = passedRollout(2, 1);
  await makeChampion(open, next);
  const standing = await readStanding(sqlOf, "delay", options.verifier);
  expect(standing).toMatchObject({ schema: 2, production: 2, deprecated: [{ version: 1 }] });
  expect(standing).not.toHaveProperty("versions");
  expect(await everyStanding(sqlOf, standing)).toMatchObject([
    { version: 1, stage: "archived" },
    { version: 2, stage: "production" },
  ]);
  expect((await registry.champion("delay")).version.version).toBe(2);
});

test("what a transition reads, signs and writes of a model's other versions does not grow with them", async () => {
  open = await openRegistry();
  const { metadata, registry, registerSkill } = open;
  for (let i = 0; i < 70; i++)
    await registry.promote(await registerSkill(0.9, "ada", i / 1000), "staging", { actor: "ada", reason: "ready" });
  const [row] = await rowsOf(metadata, sql`select body from registry_standing`);
  const blocks = await rowsOf(metadata, sql`select block, body from registry_standing_block order by block`);
  expect(blocks.map(({ block }) => block)).toEqual([0, 1, 2]);
  expect(blocks.map(({ body }) => JSON.parse(String(body)).versions.length)).toEqual([31, 32, 7]);
  expect(String(row?.["body"]).length).toBeLessThan(500);
});

/** Signs the standing again in the form it had with all versions in it. */
async function earlierStanding({ metadata, options }: RegistryFixture): Promise<void> {
  const sqlOf = metadata.sql.withTables<RegistryTables>();
  const standing = await readStanding(sqlOf, "delay", options.verifier);
  const versions = await everyStanding(sqlOf, standing);
  const { revision } = standing;
  const whole: WholeStanding = { kind: "standing", schema: 1, model: "delay", revision, versions };
  const signed = await signRecord(options.signer, whole);
  await editStore(
    metadata,
    sql`update registry_standing set body = ${signed.body}, key_id = ${signed.key_id}, signature = ${signed.signature}`,
    sql`delete from registry_standing_block`,
  );
}
