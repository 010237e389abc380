import { afterEach, beforeEach, expect, test } from "vitest";
import type { AuditRecord } from "../../src/contracts/audit-log.ts";
import { AuditTrail } from "../../src/ledger/trail/audit-trail.ts";
import { modelCard } from "../../src/registry/gates/model-card.ts";
import { StandingWitness } from "../../src/registry/versions/standing-witness.ts";
import {
  laxPolicy,
  makeChampion,
  openRegistry,
  passedRollout,
  type RegistryFixture,
} from "../registry/registry-fixture.ts";
import { editStore, sql } from "../support/edit-store.ts";
import { appendForged, copyTables, insertRows, putTablesBack, type TableRows } from "../support/forge-store.ts";

const policy = {
  ...laxPolicy,
  aliases: {
    eu: { stage: "staging", gates: [], approvals: 0 },
    carded: { stage: "staging", gates: [modelCard({ parts: ["owner"] })], approvals: 0 },
  },
} as const;
const request = { actor: "mallory", reason: "quick" };
const one = { name: "delay", version: 1 };
const two = { name: "delay", version: 2 };

let open: RegistryFixture;
let trail: AuditTrail;
beforeEach(async () => {
  open = await openRegistry({ policy });
  trail = new AuditTrail({ ...open.options, witness: async () => new StandingWitness(open.options) });
  await makeChampion(open, await open.registerSkill(0.8));
  await open.registry.promote(await open.registerSkill(1), "staging", request);
});
afterEach(() => open.close());

/** What says where versions stand: an attacker puts back all of it, as it was signed. */
const copyStanding = (): Promise<TableRows> =>
  copyTables(open.metadata, [
    "registry_model",
    "registry_version",
    "registry_standing",
    "registry_standing_block",
    "registry_alias",
  ]);
const putBack = (old: TableRows): Promise<void> => putTablesBack(open.metadata, old);
const forge = (event: Pick<AuditRecord, "kind" | "subject" | "actor" | "body">): Promise<void> =>
  appendForged(open.metadata, event, open.clock.nowMs());
async function newest(kind: string, subject: string): Promise<AuditRecord> {
  const found = (await open.ledger.audit.read({ subject })).findLast((record) => record.kind === kind);
  if (found === undefined) throw new Error(`no ${kind} of ${subject}`);
  return found;
}
/** The chain holds, and what was signed of it; the standing of the model does not agree. */
async function named(reason: RegExp): Promise<void> {
  expect(await open.ledger.audit.verify()).toMatchObject({ valid: true });
  expect(await trail.verify()).toMatchObject({ valid: false, reason: expect.stringMatching(reason) });
}

test("an honest life is whole, with its checkpoints, and stays so", async () => {
  await open.registry.alias(one, "eu", request);
  await open.registry.deprecate(one, request);
  await open.registry.reinstate(one, request);
  await open.registry.removeAlias("delay", "eu", request);
  await open.registry.writeCard(two, { owner: "ops" }, { author: "ada" });
  open.others.rollout = passedRollout(2, 1);
  for (const to of ["candidate", "production"] as const) {
    await open.registry.approve(two, to, { approver: "grace", role: "owner", comment: "" });
    expect((await open.registry.promote(two, to, request)).outcome).toBe("promoted");
  }
  await trail.checkpoint();
  expect((await open.registry.rollback("delay", 1, request)).outcome).toBe("promoted");
  expect(await trail.verify()).toMatchObject({ valid: true });
});

/** The second version replaces the first, and the log is signed. */
async function replaceByTwo(): Promise<void> {
  open.others.rollout = passedRollout(2, 1);
  for (const to of ["candidate", "production"] as const) {
    await open.registry.approve(two, to, { approver: "grace", role: "owner", comment: "" });
    await open.registry.promote(two, to, request);
  }
  await trail.checkpoint();
}

test("150 a replaced champion put back with everything signed of that day, and a record of its promotion added", async () => {
  const old = await copyStanding();
  await replaceByTwo();
  const promoted = await newest("version.promoted", "delay@1");
  await putBack(old);
  await forge(promoted);
  await expect(open.registry.champion("delay")).rejects.toThrow(/registry\/tampered.*put back, or they were added/);
  await named(/"delay" is of revision 4, and 7 audit records tell of one each/);
});

test("151 the same, and the next version judged against the weaker champion", async () => {
  const old = await copyStanding();
  open.others.rollout = passedRollout(2, 1);
  for (const to of ["candidate", "production"] as const) {
    await open.registry.approve(two, to, { approver: "grace", role: "owner", comment: "" });
    await open.registry.promote(two, to, request);
  }
  await putBack(old);
  await expect(open.registry.promote(two, "candidate", request)).rejects.toThrow(
    /delay@2 was changed.*at revision 1, by audit record \d+ at 3/,
  );
});

test("152 a deprecation undone: an older standing put back, and a record that it was reinstated added", async () => {
  const old = await copyStanding();
  await open.registry.deprecate(one, { ...request, until: open.clock.nowMs() + 1 });
  open.clock.advance(1);
  await putBack(old);
  await forge({ kind: "version.reinstated", subject: "delay@1", actor: "ada", body: { reason: "fine" } });
  await expect(open.registry.champion("delay")).rejects.toThrow(/registry\/tampered.*version.reinstated/);
  await expect(open.registry.deprecation(one)).rejects.toMatchObject({ code: "registry/tampered" });
  await named(/"delay" is of revision 4, and 6 audit records/);
});

test("153 an alias moved back the same way, and one that was removed", async () => {
  await open.registry.alias(one, "eu", request);
  const old = await copyStanding();
  const moved = await newest("alias.moved", "delay@eu");
  await open.registry.alias(two, "eu", request);
  const later = await copyStanding();
  await putBack(old);
  await forge(moved);
  await expect(open.registry.load("delay", "eu")).rejects.toThrow(/registry\/tampered.*put back, or they were added/);
  await putBack(later);
  await named(/"delay" is of revision 6, and 7 audit records/);
});

test("154 an older card put back the same way", async () => {
  await open.registry.writeCard(two, { owner: "ops" }, { author: "ada" });
  const old = await copyStanding();
  const written = await newest("card.written", "delay@2");
  await open.registry.writeCard(two, { owner: "ops", limits: "bad on snow" }, { author: "ada" });
  await putBack(old);
  await forge(written);
  await expect(open.registry.explain(two, "alias:carded")).rejects.toMatchObject({ code: "registry/tampered" });
  await expect(open.registry.card(two)).rejects.toMatchObject({ code: "registry/tampered" });
});

test("155 on with an older standing: nothing more is signed for what the log tells otherwise", async () => {
  const old = await copyStanding();
  await open.registry.deprecate(one, request);
  await open.registry.reinstate(one, request);
  await putBack(old);
  await expect(open.registry.deprecate(one, request)).rejects.toMatchObject({ code: "registry/tampered" });
  await named(/"delay" is of revision 4, and 6 audit records/);
});

test("156 an index that leaves out the record of what came after: loading cannot see it, verifyAudit() does", async () => {
  const old = await copyStanding();
  await replaceByTwo();
  const archived = await newest("version.archived", "delay@1");
  await putBack(old);
  await lyingIndex(archived.index);
  expect((await open.registry.champion("delay")).version.version, "the index hides the record").toBe(1);
  await named(/"delay" is of revision 4, and 6 audit records tell of one each: it was put back/);
});

/** An index by subject that lacks one row: SQLite believes that it has all. */
async function lyingIndex(position: number): Promise<void> {
  const { DatabaseSync } = await import("node:sqlite");
  const database = new DatabaseSync(`${open.folder}/metadata.db`, { defensive: false });
  database.exec(`
    drop index audit_events_subject;
    create index audit_events_subject on audit_events (subject, position) where position <> ${position};
    pragma writable_schema = on;
    update sqlite_schema set sql = 'CREATE INDEX audit_events_subject on audit_events (subject, position)' where name = 'audit_events_subject';
    pragma writable_schema = off;
  `);
  database.close();
  await editStore(open.metadata, sql`create table forces_the_schema_to_be_read_again (a)`);
}

test("159 a model certified in another workspace with the same key, all that is signed of it, blobs and records brought over", async () => {
  const other = await openRegistry({ signing: open.options, blobs: open.options.blobs, startMs: 1_100_000_000_000 });
  try {
    await makeChampion(other, await other.registerSkill(0.62));
    for (const table of everyTable) await editStore(open.metadata, sql`delete from ${sql.table(table)}`);
    await insertRows(open.metadata, await copyTables(other.metadata, everyTable));
    for (const event of await other.ledger.audit.read({ subject: "delay@1" })) await forge(event);
    await expect(open.registry.champion("delay")).rejects.toThrow(/registry\/tampered.*signed over another audit log/);
    await named(/"delay" was signed over other events/);
  } finally {
    await other.close();
  }
});

const everyTable = [
  ...[
    "registry_model",
    "registry_version",
    "registry_standing",
    "registry_standing_block",
    "registry_alias",
    "registry_certificate",
  ],
  ...["registry_evidence", "registry_evaluation", "registry_approval", "registry_policy"],
];
