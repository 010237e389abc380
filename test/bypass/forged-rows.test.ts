import { afterEach, beforeEach, expect, test } from "vitest";
import { auditHash, auditRecordText, chainStart } from "../../src/ledger/audit-record.ts";
import { type TrailFixture, openTrail } from "../support/audit-trail.ts";
import { editStore, sql } from "../support/edit-store.ts";

let open: TrailFixture;
beforeEach(async () => {
  open = await openTrail();
});
afterEach(() => open.metadata.close());

/** So many events, as the library would write them. */
async function fill(count: number): Promise<void> {
  let hash = String(chainStart);
  const rows = Array.from({ length: count }, (_, index) => {
    const event = { kind: "thing.decided", subject: `thing@${index}`, actor: "ada", body: { index } };
    const record = auditRecordText(event, index, 1_700_000_000_000);
    hash = auditHash(hash, record);
    return sql`insert into audit_events (position, kind, subject, record, hash) values (${index}, ${event.kind}, ${event.subject}, ${record}, ${hash})`;
  });
  await editStore(open.metadata, ...rows, sql`insert into audit_head values (0, ${count}, ${hash})`);
}

/** A record of a decision that nobody took. */
function forgedRow(position: number): ReturnType<typeof sql> {
  const event = { kind: "version.promoted", subject: "delay@1", actor: "ada", body: {} };
  const record = auditRecordText(event, position, 1_700_000_000_000);
  return sql`insert into audit_events (position, kind, subject, record, hash) values (${position}, ${event.kind}, ${event.subject}, ${record}, ${auditHash(chainStart, record)})`;
}

test.each([0, 500, 999, 1999])("157 a second record at position %i, the table's key taken away", async (position) => {
  await fill(2100);
  expect(await open.trail.verify()).toMatchObject({ valid: true });
  await editStore(
    open.metadata,
    sql`alter table audit_events rename to audit_true`,
    sql`create table audit_events (position integer, kind text, subject text, record text, hash text, actor text, time_ms real)`,
    sql`insert into audit_events select position, kind, subject, record, hash, actor, time_ms from audit_true order by position`,
    forgedRow(position),
  );
  expect(await open.audit.read({ subject: "delay@1" }), "whoever asks by subject is told").toHaveLength(1);
  expect(await open.trail.verify()).toMatchObject({ valid: false, firstBroken: position + 1 });
});

test("158 a record before the first one", async () => {
  await fill(3);
  await editStore(open.metadata, forgedRow(-7));
  expect((await open.trail.search({ subject: "delay@1" })).records, "a search finds it").toHaveLength(1);
  expect(await open.trail.verify()).toMatchObject({ valid: false, firstBroken: 0 });
});
