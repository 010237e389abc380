import type { AuditEvent, AuditLog, AuditRecord, AuditVerdict } from "../contracts/audit-log.ts";
import type { MetadataStore, MetadataTransaction } from "../contracts/metadata-store.ts";
import type { Clock } from "../core/clock.ts";
import { type Digest, isDigest } from "../core/digest.ts";
import { SluiceError } from "../core/errors.ts";
import { auditHash, auditRecordText, chainStart, parseAuditRow, type StoredAuditRow } from "./audit-record.ts";
import type { LedgerTables } from "./ledger-migrations.ts";

/** What the ledger's classes are wired with. */
export interface LedgerOptions {
  readonly metadata: MetadataStore;
  readonly clock: Clock;
}

const pageRows = 2000;
const headId = 0;

/**
 * An {@link AuditLog} in a metadata store: each record is canonical JSON, chained to the one before by SHA-256; a head row, written
 * in the same transaction, says how many there are. Its tables are those of `ledgerMigrations`.
 */
export class SqlAuditLog implements AuditLog {
  readonly #metadata: MetadataStore;
  readonly #clock: Clock;

  constructor(options: LedgerOptions) {
    this.#metadata = options.metadata;
    this.#clock = options.clock;
  }

  async append(tx: MetadataTransaction, event: AuditEvent): Promise<{ readonly index: number; readonly hash: Digest }> {
    await tx.lock("audit");
    const sql = tx.sql.withTables<LedgerTables>();
    const head = await sql
      .selectFrom("audit_head")
      .select(["events", "hash"])
      .where("id", "=", headId)
      .executeTakeFirst();
    const index = head?.events ?? 0;
    const record = auditRecordText(event, index, this.#clock.nowMs());
    const hash = auditHash(head?.hash ?? chainStart, record);
    await sql
      .insertInto("audit_events")
      .values({ position: index, kind: event.kind, subject: event.subject, record, hash })
      .execute();
    await sql
      .insertInto("audit_head")
      .values({ id: headId, events: index + 1, hash })
      .onConflict((conflict) => conflict.column("id").doUpdateSet({ events: index + 1, hash }))
      .execute();
    return { index, hash };
  }

  async verify(): Promise<AuditVerdict> {
    let events = 0;
    let previous: Digest = chainStart;
    for (;;) {
      const rows = await this.#rowsFrom(events, pageRows);
      for (const row of rows) {
        const reason = brokenReason(row, events, previous);
        if (reason !== null || !isDigest(row.hash))
          return { valid: false, events, firstBroken: events, reason: reason ?? "no hash" };
        previous = row.hash;
        events += 1;
      }
      if (rows.length === pageRows) continue;
      const verdict = await this.#againstHead(events, previous);
      if (verdict !== null) return verdict;
    }
  }

  async intact(index: number): Promise<boolean> {
    const [first, second] = await this.#rowsFrom(Math.max(0, index - 1), 2);
    const row = index === 0 ? first : second;
    if (first === undefined || row === undefined || first.position !== Math.max(0, index - 1)) return false;
    if (index > 0 && !isDigest(first.hash)) return false;
    return brokenReason(row, index, index === 0 || !isDigest(first.hash) ? chainStart : first.hash) === null;
  }

  async read(
    options: { readonly fromIndex?: number; readonly limit?: number; readonly subject?: string } = {},
  ): Promise<readonly AuditRecord[]> {
    const rows = await this.#rowsFrom(options.fromIndex ?? 0, options.limit ?? null, options.subject);
    return rows.map((row) => parseAuditRow(row) ?? refuse(row));
  }

  /** Compares the chain's end with the head row; null where events were appended meanwhile, so that there is more to read. */
  async #againstHead(events: number, last: Digest): Promise<AuditVerdict | null> {
    const head = await this.#metadata.sql
      .withTables<LedgerTables>()
      .selectFrom("audit_head")
      .select(["events", "hash"])
      .where("id", "=", headId)
      .executeTakeFirst();
    const expected = head?.events ?? 0;
    if (expected > events) {
      const more = await this.#rowsFrom(events, 1);
      if (more.length > 0) return null;
      return {
        valid: false,
        events,
        firstBroken: events,
        reason: `the chain ends after ${events} of ${expected} events: its end was deleted`,
      };
    }
    if (expected < events) {
      return {
        valid: false,
        events,
        firstBroken: expected,
        reason: `${events} events, but the head row knows ${expected}`,
      };
    }
    if (head !== undefined && head.hash !== last) {
      const firstBroken = Math.max(0, events - 1);
      return { valid: false, events, firstBroken, reason: "the head row names another hash than the last event's" };
    }
    return { valid: true, events, head: events === 0 ? null : last };
  }

  async #rowsFrom(position: number, limit: number | null, subject?: string): Promise<readonly StoredAuditRow[]> {
    let query = this.#metadata.sql
      .withTables<LedgerTables>()
      .selectFrom("audit_events")
      .select(["position", "kind", "subject", "record", "hash"])
      .where("position", ">=", position)
      .orderBy("position");
    if (limit !== null) query = query.limit(limit);
    if (subject !== undefined) query = query.where("subject", "=", subject);
    return query.execute();
  }
}

/** Why a row does not continue the chain; null where it does. */
function brokenReason(row: StoredAuditRow, index: number, previous: Digest): string | null {
  if (row.position !== index) return `event ${index} is missing: the next stored one is ${row.position}`;
  if (auditHash(previous, row.record) !== row.hash)
    return `event ${index} is not the one that was recorded: its hash does not follow from its bytes`;
  if (parseAuditRow(row) === null) return `the columns of event ${index} differ from its recorded bytes`;
  return null;
}

function refuse(row: StoredAuditRow): never {
  throw new SluiceError("audit/broken", {
    found: `audit event ${row.position} with columns or text other than recorded`,
    expected: "the record as it was appended",
    fix: "Run verifyAudit() and compare with a backup: the store was edited.",
  });
}
