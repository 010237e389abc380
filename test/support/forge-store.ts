import { type RawBuilder, sql } from "kysely";
import type { MetadataStore } from "../../src/contracts/metadata-store.ts";
import type { JsonValue } from "../../src/core/canonical-json.ts";
import { auditHash, auditRecordText, chainStart } from "../../src/ledger/audit-record.ts";
import { editStore, rowsOf } from "./edit-store.ts";

type Rows = readonly Readonly<Record<string, string | number | null>>[];

/** Tables as they were at some moment. */
export type TableRows = ReadonlyMap<string, Rows>;

/** Copies tables. */
export async function copyTables(metadata: MetadataStore, tables: readonly string[]): Promise<TableRows> {
  const copied = new Map<string, Rows>();
  for (const table of tables) copied.set(table, await rowsOf(metadata, sql`select * from ${sql.table(table)}`));
  return copied;
}

/** Puts copied tables back, whatever is in them now. */
export async function putTablesBack(metadata: MetadataStore, copied: TableRows): Promise<void> {
  const statements: RawBuilder<unknown>[] = [];
  for (const [table, rows] of copied) {
    statements.push(sql`delete from ${sql.table(table)}`);
    for (const row of rows) statements.push(insertion(table, row));
  }
  await editStore(metadata, ...statements);
}

/** Inserts rows of another store. */
export async function insertRows(metadata: MetadataStore, copied: TableRows): Promise<void> {
  await editStore(metadata, ...[...copied].flatMap(([table, rows]) => rows.map((row) => insertion(table, row))));
}

function insertion(table: string, row: Rows[number]): RawBuilder<unknown> {
  const columns = Object.keys(row);
  return sql`insert into ${sql.table(table)} (${sql.join(columns.map((column) => sql.ref(column)))}) values (${sql.join(columns.map((column) => row[column]))})`;
}

/** An event as an attacker writes it. */
export interface ForgedEvent {
  readonly kind: string;
  readonly subject: string;
  readonly actor: string;
  readonly body: JsonValue;
}

/** What an attacker with SQL does who knows the format: adds an event to the log, as the library would, chain, columns and head. */
export async function appendForged(metadata: MetadataStore, event: ForgedEvent, timeMs: number): Promise<void> {
  const [head] = await rowsOf(metadata, sql`select events, hash from audit_head`);
  const index = Number(head?.["events"] ?? 0);
  const record = auditRecordText(event, index, timeMs);
  const hash = auditHash(String(head?.["hash"] ?? chainStart), record);
  const { kind, subject, actor } = event;
  await editStore(
    metadata,
    sql`insert into audit_events (position, kind, subject, record, hash, actor, time_ms) values (${index}, ${kind}, ${subject}, ${record}, ${hash}, ${actor}, ${timeMs})`,
    sql`update audit_head set events = ${index + 1}, hash = ${hash}`,
  );
}
