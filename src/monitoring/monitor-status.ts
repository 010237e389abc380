import type { Alert } from "../contracts/monitor.ts";
import type { PredictionLog } from "../contracts/prediction-log.ts";
import { durationMs } from "../core/duration.ts";
import type { ArmedMonitor } from "./monitor-book.ts";
import { servedRows } from "./prediction-window.ts";
import type { MonitorWindow } from "./window-verdict.ts";

/**
 * What a monitor has to go by: `unseen` = no prediction since it was armed, `filling` = not yet a whole window, `blind` = it could say nothing
 * about its last window, `watching` = it could. Only the last of them means that a quiet monitor is a good sign.
 */
export type MonitorSight = "unseen" | "filling" | "blind" | "watching";

/** How a monitor stands: what it has seen, and for how long it has seen nothing. */
export interface MonitorStatus {
  readonly monitor: string;
  readonly model: string;
  readonly sight: MonitorSight;
  /** Predictions from this instant on are watched, epoch ms. */
  readonly fromMs: number;
  /** Windows judged since it was first armed, by what was said of them. */
  readonly windows: { readonly ok: number; readonly bad: number; readonly insufficient: number };
  /** The newest window; `undefined` = none was judged. */
  readonly lastWindow: MonitorWindow | undefined;
  /** How many windows in a row, up to the newest, it could say nothing about (labels missing, not computable). */
  readonly insufficientInARow: number;
  /** Served predictions that no window has judged: the window is not full, or its labels may still come. */
  readonly waitingRows: number;
  /** When the newest prediction it knows of was made, epoch ms; `undefined` = there is none. */
  readonly lastPredictionMs: number | undefined;
  /** Milliseconds since that prediction, or since it was armed. */
  readonly silentMs: number;
  /** The alert that is not resolved. */
  readonly openAlert: Alert | undefined;
  /** By how long the alert's acknowledgement is overdue, milliseconds; 0 = it is not. */
  readonly overdueMs: number;
}

/** What {@link monitorStatus} works from. */
export interface StatusInput {
  readonly armed: ArmedMonitor;
  /** All of its windows, oldest first. */
  readonly windows: readonly MonitorWindow[];
  /** All of its alerts. */
  readonly alerts: readonly Alert[];
  readonly predictions: PredictionLog;
  readonly nowMs: number;
}

/** Works out a monitor's status; reads the predictions that it has not judged. */
export async function monitorStatus({
  armed,
  windows,
  alerts,
  predictions,
  nowMs,
}: StatusInput): Promise<MonitorStatus> {
  const { definition, fromMs, cursor } = armed;
  const lastWindow = windows.at(-1);
  let waitingRows = 0;
  let newestMs = lastWindow === undefined || lastWindow.toMs < fromMs ? -Infinity : lastWindow.toMs;
  const range = { model: definition.model, after: cursor, fromMs, untilMs: Infinity };
  for await (const { batch, row } of servedRows(predictions, range)) {
    waitingRows += 1;
    newestMs = Math.max(newestMs, batch.timeMs[row] ?? -Infinity);
  }
  const lastPredictionMs = Number.isFinite(newestMs) ? newestMs : undefined;
  const openAlert = alerts.find((alert) => alert.id === armed.openAlert);
  return {
    monitor: definition.id,
    model: definition.model,
    sight: sightOf(lastWindow, lastPredictionMs),
    fromMs,
    windows: { ok: count(windows, "ok"), bad: count(windows, "bad"), insufficient: count(windows, "insufficient") },
    lastWindow,
    insufficientInARow: windows.length - 1 - windows.findLastIndex(({ outcome }) => outcome !== "insufficient"),
    waitingRows,
    lastPredictionMs,
    silentMs: Math.max(0, nowMs - (lastPredictionMs ?? fromMs)),
    openAlert,
    overdueMs:
      openAlert?.state === "open"
        ? Math.max(0, nowMs - openAlert.raisedAtMs - durationMs(definition.response.ackWithin))
        : 0,
  };
}

function sightOf(last: MonitorWindow | undefined, lastPredictionMs: number | undefined): MonitorSight {
  if (lastPredictionMs === undefined) return "unseen";
  if (last === undefined) return "filling";
  return last.outcome === "insufficient" ? "blind" : "watching";
}

function count(windows: readonly MonitorWindow[], outcome: MonitorWindow["outcome"]): number {
  return windows.filter((window) => window.outcome === outcome).length;
}
