import { type Digest, digestOfJson } from "../core/digest.ts";
import { durationMs } from "../core/duration.ts";
import { SluiceError } from "../core/errors.ts";
import type { MonitorDefinition, MonitorResponse, MonitorSignal, MonitorThreshold } from "../contracts/monitor.ts";

/** What {@link monitor} takes. Threshold and response have no default: a monitor without an answer is not a monitor. */
export interface MonitorOptions {
  readonly id: string;
  /** The registered model whose predictions are watched. */
  readonly model: string;
  readonly signal: MonitorSignal;
  /** Predictions per window, at least 50. */
  readonly windowRows: number;
  readonly threshold: MonitorThreshold;
  /** Alarm when `bad` of the last `of` windows are bad. @default { bad: 2, of: 3 } */
  readonly fire?: { readonly bad: number; readonly of: number };
  readonly response: MonitorResponse;
}

/**
 * Defines a monitor. Throws `monitoring/incomplete-response` without owner, runbook or action, and `argument/invalid` for the rest.
 *
 * @example
 * ```ts
 * import { monitor } from "sluice/monitoring";
 * const drift = monitor({
 *   id: "delay-inputs", model: "delay", signal: { kind: "data-drift", features: ["risk.pressure"] }, windowRows: 1000,
 *   threshold: { kind: "calibrated", falseAlarmRate: 0.001, minEffect: 0.1 },
 *   response: { owner: "ops", runbook: ["look at the feed"], actions: [{ do: "notify", via: "log" }], ackWithin: "4h" },
 * });
 * if (drift.fire.of !== 3) throw new Error("two bad windows of three is the default");
 * ```
 */
export function monitor(options: MonitorOptions): MonitorDefinition {
  const fire = options.fire ?? { bad: 2, of: 3 };
  requireResponse(options.id, options.response);
  requireBounds(options, fire);
  return { kind: "monitor", ...options, fire, digest: monitorDigest({ ...options, fire }) };
}

/** The digest of everything a definition means. */
export function monitorDigest(options: Omit<MonitorDefinition, "kind" | "digest">): Digest {
  const { response, fire } = options;
  const semantics = {
    id: options.id,
    model: options.model,
    signal: { ...options.signal },
    windowRows: options.windowRows,
    threshold: { ...options.threshold },
    fire: { ...fire },
    response: {
      ...response,
      actions: response.actions.map((action) => ({ ...action })),
      ackWithinMs: durationMs(response.ackWithin),
      ackWithin: undefined,
    },
  };
  return digestOfJson(semantics);
}

function requireResponse(id: string, response: MonitorResponse): void {
  const missing: string[] = [];
  if (response.owner.trim() === "") missing.push("an owner");
  if (response.runbook.length === 0 || (typeof response.runbook === "string" && response.runbook.trim() === ""))
    missing.push("a runbook");
  if (response.actions.length === 0) missing.push("an action");
  if (missing.length > 0) {
    throw new SluiceError("monitoring/incomplete-response", {
      found: `monitor "${id}" without ${missing.join(" and ")}`,
      expected: "an owner, a runbook and at least one action",
      fix: "Say who answers the alert, by which steps, and what is done.",
    });
  }
  durationMs(response.ackWithin);
}

function requireBounds(options: MonitorOptions, fire: { readonly bad: number; readonly of: number }): void {
  const { threshold, signal } = options;
  const problems: string[] = [];
  if (!Number.isInteger(options.windowRows) || options.windowRows < 50)
    problems.push("windowRows must be an integer of at least 50");
  if (!Number.isInteger(fire.bad) || !Number.isInteger(fire.of) || fire.bad < 1 || fire.of < fire.bad)
    problems.push("fire must be { bad: b, of: n } with 1 ≤ b ≤ n");
  if (signal.kind === "performance" && threshold.kind !== "bound") problems.push("a performance monitor takes a bound");
  if (signal.kind !== "performance" && threshold.kind !== "calibrated")
    problems.push("a drift monitor takes a calibrated threshold");
  if (signal.kind === "data-drift" && signal.features.length === 0)
    problems.push("a data-drift monitor names at least one feature");
  if (threshold.kind === "calibrated" && !(threshold.falseAlarmRate > 0 && threshold.falseAlarmRate < 1))
    problems.push("falseAlarmRate lies between 0 and 1");
  if (threshold.kind === "calibrated" && !(threshold.minEffect >= 0)) problems.push("minEffect is at least 0");
  if (threshold.kind === "bound" && threshold.min === undefined && threshold.max === undefined)
    problems.push("a bound has a min or a max");
  if (threshold.kind === "bound" && !(threshold.minCoverage > 0 && threshold.minCoverage <= 1))
    problems.push("minCoverage lies in (0, 1]");
  if (problems.length > 0) {
    throw new SluiceError("argument/invalid", {
      found: `monitor "${options.id}": ${problems.join("; ")}`,
      expected: "a complete monitor",
      fix: "Correct the definition.",
    });
  }
}
