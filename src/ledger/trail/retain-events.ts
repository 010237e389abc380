import type { Transaction } from "kysely";
import type { AuditLog } from "../../contracts/audit-log.ts";
import type { AuditCheckpoint } from "../../contracts/audit-checkpoint.ts";
import type { MetadataStore } from "../../contracts/metadata-store.ts";
import { type Duration, durationMs } from "../../core/duration.ts";
import { SluiceError } from "../../core/errors.ts";
import type { LedgerTables } from "../ledger-migrations.ts";
import { leafHash } from "../merkle/merkle-tree.ts";
import { erasedKind, retainedKind, toRanges } from "./index-ranges.ts";
import { leastKeptMs, type RetentionClass, retentionClass } from "./retention-class.ts";

/** What is to be kept how long, and who says so. */
export interface RetainOptions {
  readonly actor: string;
  readonly reason: string;
  /** How long logs are kept. @default "184d", which is the least: six months */
  readonly logs?: Duration;
  /** How long documentation is kept. @default "3653d", which is the least: ten years */
  readonly documentation?: Duration;
}

interface OldEvent {
  readonly position: number;
  readonly kind: string;
  readonly record: string;
  readonly hash: string;
}

const rowsPerPage = 1000;

/**
 * Drops the events before an instant by class that a checkpoint covers, and puts on record which. Of each there stay its hash and its leaf in the Merkle tree: so
 * the chain, the signed roots and the proofs of all others hold. The newest event of a kind about a subject always stays, and so does what
 * tells of erasures and retentions.
 */
export async function retainEvents(
  { metadata, audit }: { readonly metadata: MetadataStore; readonly audit: AuditLog },
  signed: readonly AuditCheckpoint[],
  nowMs: number,
  asked: RetainOptions,
): Promise<number> {
  const checkpoint = signed.at(-1);
  if (checkpoint === undefined) return 0;
  const before = {
    log: nowMs - kept("log", asked.logs),
    documentation: nowMs - kept("documentation", asked.documentation),
  };
  return await metadata.write(async (tx) => {
    await tx.lock("audit");
    const sql = tx.sql.withTables<LedgerTables>();
    const due = await dueEvents(sql, checkpoint.body.size, before);
    const proved = await provedOld(sql, signed, due, before.log);
    const old = due.filter(({ position }) => position < proved);
    for (const { position, record, hash } of old) {
      await sql
        .insertInto("audit_dropped")
        .values({ position, hash, leaf: leafHash(record) })
        .execute();
      await sql.deleteFrom("audit_events").where("position", "=", position).execute();
      await sql.deleteFrom("audit_personal").where("position", "=", position).execute();
    }
    if (old.length === 0) return 0;
    // Those of earlier retentions again: what showed their age may be among what goes now.
    const gone = await sql.selectFrom("audit_dropped").select("position").orderBy("position").execute();
    const ranges = toRanges(gone.map(({ position }) => position)).map(([from, to]) => [from, to]);
    const body = { reason: asked.reason, checkpoint: checkpoint.digest, events: old.length, ranges };
    await audit.append(tx, { kind: retainedKind, subject: "audit", actor: asked.actor, body });
    return old.length;
  });
}

/** The events that were kept long enough, but the newest of a kind about a subject, and those that tell of erasures and retentions. */
async function dueEvents(
  sql: Transaction<LedgerTables>,
  size: number,
  before: { readonly [class_ in RetentionClass]: number },
): Promise<readonly OldEvent[]> {
  const due: OldEvent[] = [];
  for (let after = -1; ; ) {
    const page = await sql
      .selectFrom("audit_events as event")
      .select(["position", "kind", "record", "hash", "time_ms"])
      .where("position", ">", after)
      .where("position", "<", size)
      .where("time_ms", "<", Math.max(before.log, before.documentation))
      .where("kind", "not in", [erasedKind, retainedKind])
      .where((eb) =>
        eb.exists(
          eb
            .selectFrom("audit_events as newer")
            .select("newer.position")
            .whereRef("newer.subject", "=", "event.subject")
            .whereRef("newer.kind", "=", "event.kind")
            .whereRef("newer.position", ">", "event.position"),
        ),
      )
      .orderBy("position")
      .limit(rowsPerPage)
      .execute();
    due.push(...page.filter(({ kind, time_ms }) => time_ms !== null && time_ms < before[retentionClass(kind)]));
    after = page.at(-1)?.position ?? after;
    if (page.length < rowsPerPage) return due;
  }
}

/**
 * Up to this position what stays shows that events are as old as that: a checkpoint that covers them, or an event after them that is kept.
 * What nobody could check later is not dropped.
 */
async function provedOld(
  sql: Transaction<LedgerTables>,
  signed: readonly AuditCheckpoint[],
  due: readonly OldEvent[],
  beforeMs: number,
): Promise<number> {
  const covered = signed.findLast(({ body }) => body.timeMs <= beforeMs)?.body.size ?? 0;
  const going = new Set(due.map(({ position }) => position));
  const rows = await sql
    .selectFrom("audit_events")
    .select("position")
    .where("time_ms", "<=", beforeMs)
    .orderBy("position")
    .execute();
  const staying = rows.findLast(({ position }) => !going.has(position));
  return Math.max(covered, staying?.position ?? 0);
}

function kept(class_: RetentionClass, asked: Duration | undefined): number {
  const ms = asked === undefined ? leastKeptMs[class_] : durationMs(asked);
  if (ms >= leastKeptMs[class_]) return ms;
  throw new SluiceError("argument/invalid", {
    found: `events of the class "${class_}" kept for ${ms / 86_400_000} days`,
    expected: `at least ${leastKeptMs[class_] / 86_400_000} days`,
    fix: "Keep them as long as the law asks; what is about persons can be erased apart, at any time.",
  });
}
