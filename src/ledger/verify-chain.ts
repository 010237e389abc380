import type { Kysely } from "kysely";
import type { AuditVerdict } from "../contracts/audit-log.ts";
import type { PassedEvent } from "../contracts/audit-trail.ts";
import type { MetadataStore } from "../contracts/metadata-store.ts";
import { type Digest, isDigest } from "../core/digest.ts";
import { auditColumns, auditHash, chainStart, recordOfRow, type StoredAuditRow } from "./audit-record.ts";
import { compiledStatement } from "./compiled-statement.ts";
import type { LedgerTables } from "./ledger-migrations.ts";

/** The head row of the chain; where it is missing, that of an empty one. */
export interface ChainHead {
  readonly events: number;
  readonly hash: Digest | string;
}

/** An event that follows from the one before it; the hash of one that was dropped is believed until the next signed root. */
export type ChainEvent = PassedEvent;

/** Where to begin: a position, and the hash of the event before it. */
export interface ChainPosition {
  readonly index: number;
  readonly hash: Digest;
}

const pageRows = 1000;
const headId = 0;

/** The head row. */
export async function chainHead(metadata: MetadataStore): Promise<ChainHead> {
  const row = await metadata.sql
    .withTables<LedgerTables>()
    .selectFrom("audit_head")
    .select(["events", "hash"])
    .where("id", "=", headId)
    .executeTakeFirst();
  return row ?? { events: 0, hash: chainStart };
}

/**
 * Recomputes the chain from the stored bytes, from a position on, and compares its end with the head row. `visit` sees each event that
 * follows from the one before it, with its stored text.
 */
export async function verifyChain(
  metadata: MetadataStore,
  visit: (event: ChainEvent) => void,
  from: ChainPosition = { index: 0, hash: chainStart },
): Promise<AuditVerdict> {
  let events = from.index;
  let previous = from.hash;
  for (;;) {
    const rows = await nextRows(metadata, events);
    for (const row of rows) {
      for (const dropped of row.position > events ? await droppedRows(metadata, events, row.position) : []) {
        if (dropped.position !== events || !isDigest(dropped.hash)) break;
        visit({ index: events, hash: dropped.hash, record: undefined });
        previous = dropped.hash;
        events += 1;
      }
      const hash = auditHash(previous, row.record);
      const event = judge(row, events, hash);
      if (typeof event === "string") return { valid: false, events, firstBroken: events, reason: event };
      visit(event);
      previous = hash;
      events += 1;
    }
    if (rows.length >= pageRows - 1) continue;
    const verdict = await againstHead(metadata, events, previous);
    if (verdict !== null) return verdict;
  }
}

/** The event of a row that continues the chain with this hash; why it does not, where it does not. */
export function judge(row: StoredAuditRow, index: number, hash: Digest): ChainEvent | string {
  if (row.position !== index) return `event ${index} is missing: the next stored one is ${row.position}`;
  if (hash !== row.hash)
    return `event ${index} is not the one that was recorded: its hash does not follow from its bytes`;
  const record = recordOfRow(row);
  if (record === null) return `the columns of event ${index} differ from its recorded bytes`;
  return { index, hash, record };
}

/** The stored hash of an event, also of one that was dropped; undefined where there is none. */
export async function hashAt(metadata: MetadataStore, index: number): Promise<Digest | undefined> {
  const [row] = await selectHash(metadata.sql.withTables<LedgerTables>(), index);
  const { hash } = row ?? (await droppedRows(metadata, index, index + 1))[0] ?? {};
  return hash !== undefined && isDigest(hash) ? hash : undefined;
}

const selectHash = compiledStatement((sql: Kysely<LedgerTables>, index: number) =>
  sql.selectFrom("audit_events").select("hash").where("position", "=", index),
);

/** What was left of dropped events in `[from, to)`. */
export async function droppedRows(
  metadata: MetadataStore,
  from: number,
  to: number,
): Promise<readonly LedgerTables["audit_dropped"][]> {
  return await metadata.sql
    .withTables<LedgerTables>()
    .selectFrom("audit_dropped")
    .selectAll()
    .where("position", ">=", from)
    .where("position", "<", to)
    .orderBy("position")
    .execute();
}

/**
 * The rows that come next, and any before the beginning. A page begins with the row that was judged last: where somebody has taken the table's key away, a second one
 * of that position would lie between two pages.
 */
async function nextRows(metadata: MetadataStore, events: number): Promise<readonly StoredAuditRow[]> {
  if (events === 0) return await rowsFrom(metadata, undefined);
  const rows = await rowsFrom(metadata, events - 1);
  return rows[0]?.position === events - 1 ? rows.slice(1) : rows;
}

async function rowsFrom(metadata: MetadataStore, position: number | undefined): Promise<readonly StoredAuditRow[]> {
  const rows = metadata.sql
    .withTables<LedgerTables>()
    .selectFrom("audit_events")
    .select(auditColumns)
    .orderBy("position")
    .limit(pageRows);
  return await (position === undefined ? rows : rows.where("position", ">=", position)).execute();
}

/** Compares the chain's end with the head row; null where events were appended meanwhile, so that there is more to read. */
async function againstHead(metadata: MetadataStore, events: number, last: Digest): Promise<AuditVerdict | null> {
  const head = await chainHead(metadata);
  if (head.events > events) {
    if ((await rowsFrom(metadata, events)).length > 0) return null;
    return {
      valid: false,
      events,
      firstBroken: events,
      reason: `the chain ends after ${events} of ${head.events} events: its end was deleted`,
    };
  }
  if (head.events < events) {
    return {
      valid: false,
      events,
      firstBroken: head.events,
      reason: `${events} events, but the head row knows ${head.events}`,
    };
  }
  if (events > 0 && (head.hash !== last || !isDigest(head.hash))) {
    return {
      valid: false,
      events,
      firstBroken: events - 1,
      reason: "the head row names another hash than the last event's",
    };
  }
  return { valid: true, events, head: events === 0 ? null : last };
}
