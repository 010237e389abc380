import type { AuditRecord } from "../../contracts/audit-log.ts";
import { modelOf, numberIn, textIn } from "../record-body.ts";

/** How long degradations went unseen, and how long they lasted once seen; hours, in the order they ended. */
export interface IncidentTimes {
  /** From the beginning of the first bad window to its alert; from the start of a rollout to its rollback. */
  readonly detectHours: readonly number[];
  /** From an alert to its resolution, or to the next version in production, whichever came first. */
  readonly restoreHours: readonly number[];
  /** Alerts that nothing has ended yet. */
  readonly open: number;
  /** Alerts and rollbacks without a recorded beginning: not in the figures. */
  readonly unmeasured: number;
}

const hourMs = 3_600_000;

/** Reads degradations from the log: what monitors and guardrails have found. What nobody watched is not in it. */
export function incidentTimes(records: readonly AuditRecord[]): IncidentTimes {
  const began = new Map<string, number>();
  const raised = new Map<string, AuditRecord>();
  const detectHours: number[] = [];
  const restoreHours: number[] = [];
  let unmeasured = 0;
  const detected = (sinceMs: number | undefined, atMs: number): void => {
    if (sinceMs === undefined || sinceMs > atMs) unmeasured += 1;
    else detectHours.push((atMs - sinceMs) / hourMs);
  };
  const restored = (id: string, alert: AuditRecord, atMs: number): void => {
    raised.delete(id);
    restoreHours.push(Math.max(0, atMs - alert.timeMs) / hourMs);
  };
  for (const record of records) {
    const { kind, timeMs } = record;
    const rollout = textIn(record, "rollout") ?? record.subject;
    const alertId = textIn(record, "alert") ?? "";
    const alert = raised.get(alertId);
    if (kind === "rollout.started") began.set(rollout, timeMs);
    if (kind === "rollout.rolledBack") detected(began.get(rollout), timeMs);
    if (kind === "alert.raised") detected(numberIn(record, "sinceMs"), timeMs);
    if (kind === "alert.raised") raised.set(alertId, record);
    if (kind === "alert.resolved" && alert !== undefined) restored(alertId, alert, timeMs);
    if (kind !== "version.promoted" || textIn(record, "to") !== "production") continue;
    for (const [id, open] of [...raised]) if (modelOf(open) === modelOf(record)) restored(id, open, timeMs);
  }
  return { detectHours, restoreHours, open: raised.size, unmeasured };
}
