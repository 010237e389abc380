import { afterEach, beforeEach, expect, test } from "vitest";
import { canonicalJson } from "../../src/core/canonical-json.ts";
import { digestOf } from "../../src/core/digest.ts";
import { auditHash, chainStart } from "../../src/ledger/audit-record.ts";
import { makeChampion, openRegistry, passedRollout, type RegistryFixture } from "../registry/registry-fixture.ts";
import { editStore, rowsOf, sql } from "../support/edit-store.ts";

let open: RegistryFixture;
beforeEach(async () => {
  open = await openRegistry();
  await makeChampion(open, await open.registerSkill(0.8));
});
afterEach(async () => {
  await open.close();
});
const request = { actor: "mallory", reason: "quick" };

/** Takes audit records out and makes the whole chain fit again, head row included: whoever can write the store can. */
async function rewriteChain(keep: (kind: string) => boolean): Promise<void> {
  const rows = await rowsOf(open.metadata, sql`select kind, subject, record from audit_events order by position`);
  await editStore(open.metadata, sql`delete from audit_events`);
  let previous: string = chainStart;
  let position = 0;
  for (const { kind, subject, record } of rows.filter((row) => keep(String(row["kind"])))) {
    const text = canonicalJson({ ...JSON.parse(String(record)), index: position });
    previous = auditHash(previous, text);
    await editStore(
      open.metadata,
      sql`insert into audit_events (position, kind, subject, record, hash) values (${position}, ${kind}, ${subject}, ${text}, ${previous})`,
    );
    position += 1;
  }
  await editStore(open.metadata, sql`update audit_head set hash = ${previous}, events = ${position}`);
  expect(await open.ledger.audit.verify()).toMatchObject({ valid: true });
}

test("35 a replaced champion restored by SQL, the audit chain made to fit", async () => {
  open.others.rollout = passedRollout(2, 1);
  await makeChampion(open, await open.registerSkill(1));
  await rewriteChain((kind) => kind !== "version.archived");
  await editStore(
    open.metadata,
    sql`update registry_version set stage = 'archived' where version = 2`,
    sql`update registry_version set stage = 'production', revision = revision - 1 where version = 1`,
    sql`update registry_alias set version = 1 where alias = 'champion'`,
  );
  await expect(open.registry.champion("delay")).rejects.toThrow(/delay@1 was changed.*signed standing/);
});

test("36 the champion hidden, so that the next model is judged as the first one", async () => {
  const next = await open.registerSkill(0.75);
  await editStore(
    open.metadata,
    sql`update registry_version set stage = 'archived' where version = 1`,
    sql`delete from registry_alias`,
  );
  await expect(open.registry.promote(next, "staging", request)).rejects.toThrow(
    /delay@1 was changed.*holds production by the signed standing/,
  );
  await expect(open.registry.champion("delay")).rejects.toMatchObject({ code: "registry/tampered" });
});

test("37 a version moved past the gates of a stage before it is promoted", async () => {
  const next = await open.registerSkill(1);
  open.others.rollout = passedRollout(2, 1);
  await editStore(open.metadata, sql`update registry_version set stage = 'candidate' where version = 2`);
  await expect(open.registry.promote(next, "production", request)).rejects.toThrow(
    /delay@2 was changed.*by the signed standing of the model "registered"/,
  );
});

test("38 the standing itself edited, replaced by another model's, or deleted, and the model's revision set back", async () => {
  const refused = async (): Promise<void> => {
    await expect(open.registry.champion("delay")).rejects.toThrow(
      /(?:registry\/tampered.*signed |certificate\/unknown-key.*)standing of the model "delay"/,
    );
  };
  const [row] = await rowsOf(open.metadata, sql`select body, key_id, signature from registry_standing`);
  const restore = sql`update registry_standing set body = ${row?.["body"]}, key_id = ${row?.["key_id"]}, signature = ${row?.["signature"]}`;
  for (const column of ["body", "key_id", "signature"] as const) {
    const text = String(row?.[column]);
    for (let at = 0; at < text.length; at += 7) {
      const edited = text.slice(0, at) + (text[at] === "x" ? "y" : "x") + text.slice(at + 1);
      await editStore(open.metadata, sql`update registry_standing set ${sql.ref(column)} = ${edited}`);
      await refused();
    }
    await editStore(open.metadata, restore);
  }
  const version = sql<Record<string, string>>`select body, key_id, signature from registry_version`;
  const [other] = await rowsOf(open.metadata, version);
  await editStore(
    open.metadata,
    sql`update registry_standing set body = ${other?.["body"]}, signature = ${other?.["signature"]}`,
  );
  await refused();
  await editStore(open.metadata, restore, sql`update registry_model set revision = revision - 1`);
  await refused();
  await editStore(
    open.metadata,
    sql`update registry_model set revision = revision + 1`,
    sql`delete from registry_standing`,
  );
  await refused();
});

test("190 a block of the standing edited, moved, deleted, or put back as it was before", async () => {
  const block = sql<Record<string, string>>`select body from registry_standing_block`;
  const [before] = await rowsOf(open.metadata, block);
  open.others.rollout = passedRollout(2, 1);
  await makeChampion(open, await open.registerSkill(1));
  const [now] = await rowsOf(open.metadata, block);
  const text = String(now?.["body"]);
  const restore = sql`update registry_standing_block set body = ${text}, block = 0, model = 'delay'`;
  const refused = async (): Promise<void> => {
    await expect(open.registry.champion("delay")).rejects.toThrow(
      /registry\/tampered.*standing of the model "delay".*block 0/,
    );
    await expect(open.registry.certificateOf({ name: "delay", version: 1 })).rejects.toMatchObject({
      code: "registry/tampered",
    });
  };
  for (const edited of [before?.["body"], text.replace("archived", "production"), `${text} `, "", "[]"]) {
    await editStore(open.metadata, sql`update registry_standing_block set body = ${edited}`);
    await refused();
  }
  for (const move of [sql`block = 1`, sql`model = 'decoy'`]) {
    await editStore(open.metadata, restore, sql`update registry_standing_block set ${move}`);
    await refused();
  }
  await editStore(open.metadata, restore);
  expect((await open.registry.champion("delay")).version.version).toBe(2);
  const next = await open.registerSkill(0.9);
  await editStore(open.metadata, sql`delete from registry_standing_block`);
  await refused();
  await expect(open.registry.promote(next, "staging", request)).rejects.toMatchObject({ code: "registry/tampered" });
});

test("39 a certificate whose text is no JSON, under its own digest", async () => {
  await editStore(
    open.metadata,
    sql`update registry_certificate set body = 'null', digest = ${digestOf("null")} where digest = (select certificate from registry_version)`,
    sql`update registry_version set certificate = ${digestOf("null")}`,
  );
  await expect(open.registry.champion("delay")).rejects.toMatchObject({ code: "certificate/invalid" });
});
