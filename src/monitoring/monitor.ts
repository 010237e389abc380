import { type Digest, digestOfJson } from "../core/digest.ts";
import { durationMs } from "../core/duration.ts";
import { checkMonitor } from "./check-monitor.ts";
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
 * Defines a monitor. Throws `monitoring/incomplete-response` without owner, runbook, action or `ackWithin`, and `argument/invalid` for the rest.
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
  checkMonitor(options);
  const fire = options.fire ?? { bad: 2, of: 3 };
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
