import type { Digest } from "../core/digest.ts";
import type { Duration } from "../core/duration.ts";

/** What a monitor watches. */
export type MonitorSignal =
  | { readonly kind: "data-drift"; readonly features: readonly string[] }
  | { readonly kind: "prediction-drift"; readonly output: string }
  | {
      readonly kind: "performance";
      readonly metric: "auc" | "logLoss" | "brier";
      readonly output: string;
      readonly outcome: string;
      /** How long labels may take; a window is judged once it is that old. */
      readonly labelDelay: Duration;
    }
  | {
      /** Features as served against features from history at the same instants. */
      readonly kind: "feature-skew";
      /** How long history may take to get the events that were served from; a window is judged once it is that old. */
      readonly historyDelay: Duration;
    };

/** When a window is bad. */
export type MonitorThreshold =
  | {
      readonly kind: "calibrated";
      /** Probability that a window without drift alarms, over all features together. */
      readonly falseAlarmRate: number;
      /** Smallest distance (PSI) worth an alarm. */
      readonly minEffect: number;
    }
  | {
      /** Of a performance metric, or (`max` alone) of the share of cells with a feature skew. */
      readonly kind: "bound";
      readonly min?: number;
      readonly max?: number;
      /** Smallest share of predictions that are labelled, or whose features could be computed again, in (0, 1]. */
      readonly minCoverage: number;
    };

/** What happens at an alert. */
export type MonitorAction =
  | { readonly do: "notify"; readonly via: string }
  | { readonly do: "retrain"; readonly pipeline: string };

/** Who answers an alert, and how. None of it is optional. */
export interface MonitorResponse {
  readonly owner: string;
  /** Where it is written what to do: a URL, or the steps. */
  readonly runbook: string | readonly [string, ...string[]];
  readonly actions: readonly [MonitorAction, ...MonitorAction[]];
  readonly ackWithin: Duration;
}

/** A monitor. It cannot be armed without threshold and response. Made by `monitor()`. */
export interface MonitorDefinition {
  readonly kind: "monitor";
  readonly id: string;
  readonly model: string;
  readonly signal: MonitorSignal;
  /** Predictions per window. */
  readonly windowRows: number;
  readonly threshold: MonitorThreshold;
  /** Alarm when `fire.bad` of the last `fire.of` windows are bad. */
  readonly fire: { readonly bad: number; readonly of: number };
  readonly response: MonitorResponse;
  readonly digest: Digest;
}

/** An alert: one per monitor and episode. */
export interface Alert {
  readonly schema: 1;
  readonly id: string;
  readonly monitor: string;
  readonly model: string;
  /** Counts the alerts of its monitor, from 1. */
  readonly episode: number;
  readonly severity: "alert";
  /** What was found, with the numbers. */
  readonly cause: string;
  readonly raisedAtMs: number;
  readonly state: "open" | "acknowledged" | "resolved";
}

/** Delivers an alert; delivering one again (same id) must change nothing. */
export interface AlertSink {
  readonly name: string;
  /** Delivers an alert to whoever answers it. */
  deliver(alert: Alert, monitor: MonitorDefinition): Promise<void>;
}
