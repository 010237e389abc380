/** What a monitor says of one window. `insufficient` (labels missing, metric not computable) is never "ok". */
export interface WindowVerdict {
  readonly outcome: "ok" | "bad" | "insufficient";
  /** Why, in one sentence with the numbers. */
  readonly reason: string;
  /** What was measured, by feature or metric name. */
  readonly measured: { readonly [name: string]: number };
}

/** A judged window, as stored. */
export interface MonitorWindow extends WindowVerdict {
  readonly monitor: string;
  /** Counts the monitor's windows, from 0. */
  readonly position: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly rows: number;
}
