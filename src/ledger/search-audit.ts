import type { AuditRecord } from "../contracts/audit-log.ts";
import type { AuditPage, AuditSearch } from "../contracts/audit-trail.ts";
import type { MetadataStore } from "../contracts/metadata-store.ts";
import { SluiceError } from "../core/errors.ts";
import { auditColumns, parseAuditRow, type StoredAuditRow } from "./audit-record.ts";
import type { LedgerTables } from "./ledger-migrations.ts";

const usualLimit = 100;
const mostRows = 10_000;

/**
 * The events that match everything asked for, a page at a time. The columns only narrow what is read: each record itself is compared.
 * Errors: `audit/broken` for a record whose columns or text were changed; `argument/invalid` for a limit out of its bounds.
 */
export async function searchAudit(metadata: MetadataStore, asked: AuditSearch): Promise<AuditPage> {
  const limit = asked.limit ?? usualLimit;
  if (!Number.isSafeInteger(limit) || limit < 1 || limit > mostRows)
    throw new SluiceError("argument/invalid", {
      found: `a limit of ${limit}`,
      expected: `a whole number from 1 to ${mostRows}`,
      fix: "Ask for the next page with `after`.",
    });
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
      if (matches(record, asked)) found.push(record);
      after = record.index;
    }
    if (found.length > limit) return { records: found.slice(0, limit), next: found[limit - 1]?.index };
    if (rows.length === 0) return { records: found, next: undefined };
  }
}

/** Rows that may match: also those whose columns say nothing. */
async function candidates(
  metadata: MetadataStore,
  { kind, subject, actor, fromMs, toMs, after, newestFirst = false }: AuditSearch,
  limit: number,
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
  if (actor !== undefined) query = query.where((eb) => eb.or([eb("actor", "=", actor), eb("actor", "is", null)]));
  if (fromMs !== undefined)
    query = query.where((eb) => eb.or([eb("time_ms", ">=", fromMs), eb("time_ms", "is", null)]));
  if (toMs !== undefined) query = query.where((eb) => eb.or([eb("time_ms", "<", toMs), eb("time_ms", "is", null)]));
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
