import { type Digest, isDigest } from "../../core/digest.ts";
import { SluiceError } from "../../core/errors.ts";
import { requireArgument } from "../../core/known-arguments.ts";
import type { WorkOptions } from "../../core/progress.ts";
import { type AuditSource, allRecords } from "../all-records.ts";
import { printable } from "../../core/printable.ts";
import { memberOf, textIn } from "../record-body.ts";
import { requireWorkspace } from "../require-workspace.ts";
import { type ProductionReign, productionReigns, reignKinds } from "./production-reigns.ts";

/** Which version had production at an instant, by whose decision and on what evidence; from the audit log alone. Printing it shows it. */
export interface ProductionAt {
  readonly model: string;
  /** The instant that was asked for, epoch milliseconds. */
  readonly atMs: number;
  /** `null`: none had it. */
  readonly holder: ProductionHolder | null;
}

/** The version that had production. */
export interface ProductionHolder {
  readonly version: number;
  readonly sinceMs: number;
  /** When it lost production again; `null` = it had not when the log was read. */
  readonly untilMs: number | null;
  /** The version that took production from it, as in `delay@4`, or itself where it left without another; `null` = nothing did. */
  readonly endedBy: string | null;
  readonly actor: string;
  readonly reason: string;
  /** It came back from the archive: a rollback. */
  readonly isRollback: boolean;
  /** It passed closed gates in an emergency (break-glass). */
  readonly isEmergency: boolean;
  /** Digest of the certificate; `null` = not recorded, as the next two. */
  readonly certificate: Digest | null;
  readonly evidence: Digest | null;
  readonly policy: Digest | null;
  /** The promotion's place in the audit log, and its hash: what `audit.prove` takes. */
  readonly record: { readonly index: number; readonly hash: Digest };
}

/**
 * Says which version had production at an instant. It reads the log alone, not the registry: so it answers for the past too. It does not verify the
 * log: `verifyAudit()` does, and `audit.prove(holder.record.index)` proves this one decision to others.
 *
 * Errors: `argument/invalid` for an instant that is none; `audit/broken`.
 *
 * @param atMs The instant, epoch milliseconds, or a date.
 *
 * @example
 * ```ts
 * import { openWorkspace } from "sluice";
 * import { productionAt } from "sluice/workflows";
 * const ws = await openWorkspace(".sluice");
 * const then = await productionAt(ws, "delay", new Date("2024-03-01"));
 * if (then.holder !== null) throw new Error("nothing was promoted yet");
 * console.log(then);
 * await ws.close();
 * ```
 */
export async function productionAt(
  ws: AuditSource,
  model: string,
  atMs: number | Date,
  options: WorkOptions = {},
): Promise<ProductionAt> {
  requireWorkspace("productionAt()", ws, options);
  requireArgument("productionAt()", "model", model, "text");
  const instant: unknown = atMs instanceof Date ? atMs.getTime() : atMs;
  if (typeof instant !== "number" || !Number.isFinite(instant))
    throw new SluiceError("argument/invalid", {
      found: `the instant ${String(atMs)}`,
      expected: "epoch milliseconds, or a date",
      fix: "Pass a number of milliseconds, or a valid Date.",
    });
  const records = await allRecords(ws, { kind: reignKinds }, options);
  const reigns = productionReigns(records).get(model) ?? [];
  return holderAt(model, reigns, instant);
}

/** {@link productionAt} of reigns that were read before. */
export function holderAt(model: string, reigns: readonly ProductionReign[], atMs: number): ProductionAt {
  // The last that had begun by then: where the clock was set back, the log's order counts.
  const reign = reigns.findLast(({ sinceMs, untilMs }) => sinceMs <= atMs && (untilMs === undefined || untilMs > atMs));
  const answer: ProductionAt = { model, atMs, holder: reign === undefined ? null : holderOf(reign) };
  return printable(answer, () => productionText(answer, reigns));
}

function holderOf({ version, sinceMs, untilMs, began, ended, isRollback }: ProductionReign): ProductionHolder {
  const digest = (name: string): Digest | null => {
    const text = textIn(began, name);
    return text !== undefined && isDigest(text) ? text : null;
  };
  return {
    version,
    sinceMs,
    untilMs: untilMs ?? null,
    endedBy: ended?.subject ?? null,
    actor: began.actor,
    reason: textIn(began, "reason") ?? "not recorded",
    isRollback,
    isEmergency: memberOf(began.body, "breakGlass") !== undefined,
    certificate: digest("certificate"),
    evidence: digest("evidence"),
    policy: digest("policy"),
    record: { index: began.index, hash: began.hash },
  };
}

function productionText({ model, atMs, holder }: ProductionAt, reigns: readonly ProductionReign[]): string {
  const at = isoOf(atMs);
  if (holder === null) {
    const first = reigns[0];
    const why =
      first === undefined
        ? "none was ever promoted to it"
        : `the first was ${model}@${first.version}, at ${isoOf(first.sinceMs)}`;
    return `${model} at ${at}: no version had production (${why})`;
  }
  const until = holder.untilMs === null ? "still" : `until ${isoOf(holder.untilMs)}`;
  return [
    `${model} at ${at}: version ${holder.version} had production, since ${isoOf(holder.sinceMs)}, ${until}${holder.isRollback ? " (a rollback)" : ""}`,
    ...(holder.isEmergency ? ["  EMERGENCY    it passed closed gates (break-glass)"] : []),
    `  by           ${holder.actor}`,
    `  why          ${holder.reason}`,
    `  certificate  ${holder.certificate ?? "not recorded"}`,
    `  evidence     ${holder.evidence ?? "not recorded"}`,
    `  policy       ${holder.policy ?? "not recorded"}`,
    `  audit event  ${holder.record.index} (${holder.record.hash})`,
    ...(holder.endedBy === null ? [] : [`  ended by     ${holder.endedBy}`]),
  ].join("\n");
}

function isoOf(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? String(ms) : date.toISOString();
}
