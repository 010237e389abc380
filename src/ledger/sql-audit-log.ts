import type { Kysely } from "kysely";
import type { AuditEvent, AuditHead, AuditLog, AuditRecord, AuditState, AuditVerdict } from "../contracts/audit-log.ts";
import type { MetadataStore, MetadataTransaction } from "../contracts/metadata-store.ts";
import type { Clock } from "../core/clock.ts";
import { type Digest, isDigest } from "../core/digest.ts";
import { SluiceError } from "../core/errors.ts";
import {
  auditColumns,
  auditHash,
  auditRecordText,
  chainStart,
  parseAuditRow,
  type StoredAuditRow,
} from "./audit-record.ts";
import { lockedHead, moveHead } from "./chain-head.ts";
import { compiledStatement, compiledWrite } from "./compiled-statement.ts";
import type { LedgerTables } from "./ledger-migrations.ts";
import { personalDigest, saltPersonal, storePersonal } from "./personal-data.ts";
import { hashAt, judge, verifyChain } from "./verify-chain.ts";

/** What the ledger's classes are wired with. */
export interface LedgerOptions {
  readonly metadata: MetadataStore;
  readonly clock: Clock;
}

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
    const head = await lockedHead(tx);
    const index = head.events;
    const timeMs = this.#clock.nowMs();
    const personal = saltPersonal(event.personal ?? {});
    const digests = Object.fromEntries(personal.map((row) => [row.name, personalDigest(row)]));
    const record = auditRecordText(event, index, timeMs, personal.length === 0 ? undefined : digests);
    const hash = auditHash(head.hash, record);
    await insertEvent(tx, index, event.kind, event.subject, record, hash, event.actor, timeMs);
    await moveHead(tx, { events: index + 1, hash });
    await storePersonal(tx, index, personal);
    return { index, hash };
  }

  async verify(): Promise<AuditVerdict> {
    return await verifyChain(this.#metadata, () => undefined);
  }

  async intact(index: number): Promise<boolean> {
    if (index < 0) return false;
    // The event before it lies beside it, unless it was dropped.
    const rows = await selectBetween(this.#metadata.sql.withTables<LedgerTables>(), index - 1, index);
    const row = rows.find(({ position }) => position === index);
    if (row === undefined) return false;
    const before = rows.find(({ position }) => position === index - 1);
    const previous = index === 0 ? chainStart : (before?.hash ?? (await hashAt(this.#metadata, index - 1)));
    return previous !== undefined && typeof judge(row, index, auditHash(previous, row.record)) !== "string";
  }

  async state(then?: AuditHead): Promise<AuditState> {
    const before = then === undefined ? -1 : then.events - 1;
    const rows = await selectEnds(this.#metadata.sql.withTables<LedgerTables>(), before);
    const last = [...rows].sort((a, b) => a.position - b.position).at(-1);
    const now = last !== undefined && isDigest(last.hash) ? { events: last.position + 1, hash: last.hash } : undefined;
    const lastMs = last?.time_ms ?? 0;
    if (then === undefined) return { now, lastMs, continues: true };
    const hash = rows.find(({ position }) => position === before)?.hash ?? (await hashAt(this.#metadata, before));
    return { now, lastMs, continues: hash === then.hash };
  }

  async read(options: Parameters<AuditLog["read"]>[0] = {}): Promise<readonly AuditRecord[]> {
    const { fromIndex = 0, limit = null, subject, kind } = options;
    const rows = await this.#rowsFrom(fromIndex, limit, subject, kind);
    return rows.map((row) => parseAuditRow(row) ?? refuse(row));
  }

  async #rowsFrom(
    position: number,
    limit: number | null,
    subject?: string,
    kind?: string,
  ): Promise<readonly StoredAuditRow[]> {
    const sql = this.#metadata.sql.withTables<LedgerTables>();
    if (limit === null && subject !== undefined && kind === undefined) return await selectAbout(sql, position, subject);
    let query = sql
      .selectFrom("audit_events")
      .select(auditColumns)
      .where("position", ">=", position)
      .orderBy("position");
    if (limit !== null) query = query.limit(limit);
    if (subject !== undefined) query = query.where("subject", "=", subject);
    if (kind !== undefined) query = query.where("kind", "=", kind);
    return await query.execute();
  }
}

const selectBetween = compiledStatement((sql: Kysely<LedgerTables>, from: number, to: number) =>
  sql
    .selectFrom("audit_events")
    .select(auditColumns)
    .where("position", ">=", from)
    .where("position", "<=", to)
    .orderBy("position"),
);

/** The record at a position, and the last one, in any order: each by the table's key. */
const selectEnds = compiledStatement((sql: Kysely<LedgerTables>, position: number) =>
  sql
    .selectFrom("audit_events")
    .select(["position", "hash", "time_ms"])
    .where((eb) =>
      eb.or([
        eb("position", "=", position),
        eb(
          "position",
          "=",
          eb.selectFrom("audit_events as each").select("each.position").orderBy("each.position", "desc").limit(1),
        ),
      ]),
    ),
);

const insertEvent = compiledWrite(
  (
    sql: Kysely<LedgerTables>,
    position: number,
    kind: string,
    subject: string,
    record: string,
    hash: string,
    actor: string,
    time_ms: number,
  ) => sql.insertInto("audit_events").values({ position, kind, subject, record, hash, actor, time_ms }),
);

const selectAbout = compiledStatement((sql: Kysely<LedgerTables>, position: number, subject: string) =>
  sql
    .selectFrom("audit_events")
    .select(auditColumns)
    .where("position", ">=", position)
    .where("subject", "=", subject)
    .orderBy("position"),
);

function refuse(row: StoredAuditRow): never {
  throw new SluiceError("audit/broken", {
    found: `audit event ${row.position} with columns or text other than recorded`,
    expected: "the record as it was appended",
    fix: "Run verifyAudit() and compare with a backup: the store was edited.",
  });
}
