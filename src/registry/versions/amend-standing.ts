import type { AuditEvent } from "../../contracts/audit-log.ts";
import type { MetadataTransaction } from "../../contracts/metadata-store.ts";
import { SluiceError } from "../../core/errors.ts";
import { signRecord } from "../../ledger/signed-record.ts";
import type { RegistryOptions } from "../registry-options.ts";
import type { RegistryTables } from "../tables.ts";
import { readCounters, writeCounters } from "./model-row.ts";
import { logAfter, requireInLog } from "./standing-in-log.ts";
import { readStanding, type Standing, type StandingRemarks, writeStanding } from "./standing.ts";
import { modelLock } from "./version-key.ts";

/** A change of what is said of a model's versions. */
export interface Amendment {
  /** The lists that change, as a whole. */
  readonly remarks: StandingRemarks;
  /** What goes on record. */
  readonly event: AuditEvent;
  /** What else is written in the same transaction. */
  readonly write?: (tx: MetadataTransaction) => Promise<void>;
}

const attempts = 32;

/**
 * Changes what is said of a model's versions: judged and signed outside, then written in one short transaction, with the event, if no other
 * act on the model came between; else it begins anew. Errors: `registry/conflict`, `registry/tampered`, and those of `amend`.
 */
export async function amendStanding(
  options: RegistryOptions,
  model: string,
  amend: (standing: Standing, nowMs: number) => Promise<Amendment> | Amendment,
): Promise<void> {
  const sql = options.metadata.sql.withTables<RegistryTables>();
  for (let attempt = 0; attempt < attempts; attempt++) {
    const { lastMs, revision } = await readCounters(sql, model);
    const standing = await settledStanding(options, model);
    if (standing === undefined || standing.revision !== revision) continue;
    const nowMs = Math.max(options.clock.nowMs(), lastMs);
    const { audit } = options.ledger;
    const log = await logAfter(audit, standing);
    const { remarks, event, write } = await amend(standing, nowMs);
    await requireInLog(audit, standing, event.subject, await audit.read({ subject: event.subject }));
    const next = withoutEmpty({ ...standing, ...remarks, revision: standing.revision + 1, log });
    const signed = await signRecord(options.signer, next);
    const written = await options.metadata.write(async (tx) => {
      await tx.lock(modelLock(model));
      const counters = await readCounters(tx.sql.withTables<RegistryTables>(), model);
      if (counters.revision !== standing.revision) return false;
      await writeCounters(tx, model, {
        ...counters,
        revision: next.revision,
        lastMs: Math.max(nowMs, counters.lastMs),
      });
      await writeStanding(tx, model, signed);
      await write?.(tx);
      await options.ledger.audit.append(tx, event);
      return true;
    });
    if (written) return;
  }
  throw new SluiceError("registry/conflict", {
    found: `other acts on "${model}" during each of ${attempts} attempts`,
    expected: "a moment's quiet",
    fix: "Try again.",
  });
}

/** The standing, or `undefined` where a transition came between its statements. */
async function settledStanding(options: RegistryOptions, model: string): Promise<Standing | undefined> {
  const sql = options.metadata.sql.withTables<RegistryTables>();
  const before = await readCounters(sql, model);
  try {
    return await readStanding(sql, model, options.verifier);
  } catch (error) {
    if ((await readCounters(sql, model)).revision === before.revision) throw error;
    return undefined;
  }
}

function withoutEmpty(standing: Standing): Standing {
  const { aliases = [], deprecated = [], cards = [], revoked = [], ...rest } = standing;
  return {
    ...rest,
    ...(aliases.length === 0 ? {} : { aliases }),
    ...(deprecated.length === 0 ? {} : { deprecated }),
    ...(cards.length === 0 ? {} : { cards }),
    ...(revoked.length === 0 ? {} : { revoked }),
  };
}
