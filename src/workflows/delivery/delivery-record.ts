import type { DurationFigure, ShareFigure } from "./case-figures.ts";
import type { HumanAction } from "./human-action.ts";

/** How models get delivered, from the recorded decisions alone. Printing it shows it. */
export interface DeliveryFigures {
  readonly schema: 1;
  /** Of which model; `null` = of all. */
  readonly model: string | null;
  /** The period, epoch milliseconds; `null` = nothing was recorded. */
  readonly period: { readonly fromMs: number; readonly toMs: number } | null;
  /** Versions that were registered. */
  readonly registered: number;
  /** Versions that came to production for the first time. */
  readonly deployments: number;
  /** Registered → production for the first time, hours of the workspace's clock, ascending. */
  readonly leadTimeHours: readonly number[];
  readonly leadTime: DurationFigure;
  /** Deployments a week; left out for less than a week. */
  readonly deploymentsPerWeek?: number;
  /** Promotions that were refused, for whatever reason; refused approvals too. */
  readonly gateRefusals: number;
  /** Promotions that gates refused, of all that gates judged. */
  readonly gateRefusalRate: ShareFigure;
  /** Versions that a guardrail or a person took back. */
  readonly rollbacks: number;
  /** Of the versions that came before users (by a rollout, or in production), those that were taken back. DORA's change failure rate. */
  readonly rollbackRate: ShareFigure;
  /** From an alert to its end: resolved, or another version in production. */
  readonly timeToRestore: DurationFigure;
  /** Alerts that had not ended. */
  readonly openAlerts: number;
  /** From the first bad window to the alert; from the start of a rollout to its rollback. When a degradation began before anything measured it is not known. */
  readonly timeToDetect: DurationFigure;
  /** Of the registered models that are old enough, those in sustained production: see `sustainedForMs`. */
  readonly sustained: ShareFigure & { readonly sustainedForMs: number; readonly tooYoung: number };
  readonly humanAction: HumanAction;
  readonly alerts: number;
  readonly retrainings: number;
}
