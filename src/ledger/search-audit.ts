import type { AuditRecord } from "../contracts/audit-log.ts";
import type { AuditPage, AuditSearch } from "../contracts/audit-trail.ts";
import type { MetadataStore } from "../contracts/metadata-store.ts";
import { SluiceError } from "../core/errors.ts";
import { pageLimit } from "../core/page-limit.ts";
import { printable } from "../core/printable.ts";
import { auditPageText } from "./audit-page-text.ts";
import { auditColumns, parseAuditRow, type StoredAuditRow } from "./audit-record.ts";
import type { LedgerTables } from "./ledger-migrations.ts";

const usualLimit = 100;
const mostRows = 10_000;

/**
 * The events that match everything asked for, a page at a time. The columns only narrow what is read: each record itself is compared.
 * Errors: `audit/broken` for a record whose columns or text were changed; `argument/invalid` for a limit out of its bounds.
 */
export async function searchAudit(metadata: MetadataStore, asked: AuditSearch): Promise<AuditPage> {
  const limit = pageLimit(asked.limit, { usual: usualLimit, most: mostRows });
  const found: AuditRecord[] = [];
  let after = asked.after;
  for (;;) {
    const rows = await candidates(
      metadata,
      { ...asked, ...(after !== undefined && { after }) },
      limit + 1 - found.length,
    );
    for (const row of rows) {
      const record = parseAuditRow(row) ?? changed(row);
      // A row that says one and not the other comes from both look-ups.
      if (record.index === after) continue;
      if (matches(record, asked)) found.push(record);
      after = record.index;
    }
    if (found.length > limit) return pageOf(found.slice(0, limit), found[limit - 1]?.index);
    if (rows.length === 0) return pageOf(found, undefined);
  }
}

function pageOf(records: readonly AuditRecord[], next: number | undefined): AuditPage {
  return printable({ records, next }, auditPageText);
}

/** Rows that may match: also those whose columns say nothing, which are looked up apart, so that both look-ups go by an index. */
async function candidates(
  metadata: MetadataStore,
  asked: AuditSearch,
  limit: number,
): Promise<readonly StoredAuditRow[]> {
  const said = await rowsOf(metadata, asked, limit, false);
  if (asked.actor === undefined && asked.fromMs === undefined && asked.toMs === undefined) return said;
  const order = asked.newestFirst === true ? -1 : 1;
  const unsaid = await rowsOf(metadata, asked, limit, true);
  return [...said, ...unsaid].sort((a, b) => order * (a.position - b.position)).slice(0, limit);
}

async function rowsOf(
  metadata: MetadataStore,
  { kind, subject, actor, fromMs, toMs, after, newestFirst = false }: AuditSearch,
  limit: number,
  unsaid: boolean,
): Promise<readonly StoredAuditRow[]> {
  let query = metadata.sql
    .withTables<LedgerTables>()
    .selectFrom("audit_events")
    .select(auditColumns)
    .orderBy("position", newestFirst ? "desc" : "asc")
    .limit(limit);
  if (after !== undefined) query = query.where("position", newestFirst ? "<" : ">", after);
  if (subject !== undefined) query = query.where("subject", "=", subject);
  if (kind !== undefined) query = query.where("kind", "in", typeof kind === "string" ? [kind] : [...kind]);
  if (unsaid) return await query.where((eb) => eb.or([eb("actor", "is", null), eb("time_ms", "is", null)])).execute();
  if (actor !== undefined) query = query.where("actor", "=", actor);
  if (fromMs !== undefined) query = query.where("time_ms", ">=", fromMs);
  if (toMs !== undefined) query = query.where("time_ms", "<", toMs);
  return await query.execute();
}

function matches(record: AuditRecord, { actor, fromMs, toMs }: AuditSearch): boolean {
  return (
    (actor === undefined || record.actor === actor) &&
    (fromMs === undefined || record.timeMs >= fromMs) &&
    (toMs === undefined || record.timeMs < toMs)
  );
}

function changed(row: StoredAuditRow): never {
  throw new SluiceError("audit/broken", {
    found: `audit event ${row.position} with columns or text other than recorded`,
    expected: "the record as it was appended",
    fix: "Run verifyAudit() and compare with a backup: the store was edited.",
  });
}
