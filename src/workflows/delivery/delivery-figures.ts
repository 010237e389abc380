import type { AuditRecord } from "../../contracts/audit-log.ts";
import { modelOf } from "../record-body.ts";
import { printed } from "../printed.ts";
import { type DurationFigure, durationFigure, type ShareFigure, shareFigure } from "./case-figures.ts";
import { deliveryText } from "./delivery-text.ts";
import { completeOptions, type DeliveryOptions } from "./delivery-options.ts";
import { type HumanAction, humanAction } from "./human-action.ts";
import { incidentTimes } from "./incidents.ts";
import { sustainedProduction } from "./sustained-production.ts";
import { isGateRefusal, type VersionCourse, versionCourses } from "./version-courses.ts";

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

/**
 * Works out delivery figures from audit records, in their order: all of a log, as `ws.audit()` gives them. A figure that too few cases bear is left out and
 * says so. Definitions: `docs/guide/governance.md`; lead time, deployment frequency, change failure rate and time to restore as by N. Forsgren, J. Humble
 * and G. Kim, "Accelerate", 2018, with a version's registration for the commit.
 *
 * Errors: `argument/invalid`.
 *
 * @example
 * ```ts
 * import { deliveryFigures } from "sluice/workflows";
 * const figures = deliveryFigures([]);
 * if (figures.deployments !== 0 || figures.leadTime.p50Hours !== undefined) throw new Error("nothing was delivered");
 * console.log(figures);
 * ```
 */
export function deliveryFigures(records: readonly AuditRecord[], options: DeliveryOptions = {}): DeliveryFigures {
  const { sustainedForMs, human, fewest } = completeOptions(options);
  const { model } = options;
  const untilMs = options.toMs ?? timesOf(records).reduce((most, ms) => Math.max(most, ms), Number.NEGATIVE_INFINITY);
  const about = records.filter((one) => one.timeMs <= untilMs && (model === undefined || modelOf(one) === model));
  const sinceMs = options.fromMs ?? timesOf(about).reduce((least, ms) => Math.min(least, ms), untilMs);
  const within = about.filter(({ timeMs }) => timeMs >= sinceMs);
  const is = (ms: number | undefined): ms is number => ms !== undefined && ms >= sinceMs && ms <= untilMs;
  const courses = versionCourses(about);
  const leadTimeHours = courses.flatMap((course) => (is(course.deployedMs) ? leadHours(course) : []));
  leadTimeHours.sort((a, b) => a - b);
  const count = (found: (record: AuditRecord) => boolean): number => within.filter(found).length;
  const deployments = courses.filter(({ deployedMs }) => is(deployedMs)).length;
  const refused = count(isGateRefusal);
  const exposed = courses.filter(({ exposedMs }) => is(exposedMs));
  const incidents = incidentTimes(within);
  const { sustained, eligible, tooYoung } = sustainedProduction(about, { forMs: sustainedForMs, untilMs });
  const figures: DeliveryFigures = {
    schema: 1,
    model: model ?? null,
    period: about.length === 0 ? null : { fromMs: sinceMs, toMs: untilMs },
    registered: courses.filter(({ registeredMs }) => is(registeredMs)).length,
    deployments,
    leadTimeHours,
    leadTime: durationFigure(leadTimeHours, fewest),
    ...perWeek(deployments, untilMs - sinceMs),
    gateRefusals: count(({ kind }) => kind === "gate.refused"),
    gateRefusalRate: shareFigure(refused, refused + count(({ kind }) => kind === "version.promoted"), fewest),
    rollbacks: courses.filter(({ rolledBackMs }) => is(rolledBackMs)).length,
    rollbackRate: shareFigure(exposed.filter(({ rolledBackMs }) => is(rolledBackMs)).length, exposed.length, fewest),
    timeToRestore: durationFigure(incidents.restoreHours, fewest),
    openAlerts: incidents.open,
    timeToDetect: durationFigure(incidents.detectHours, fewest),
    sustained: { ...shareFigure(sustained.length, eligible.length, fewest), sustainedForMs, tooYoung: tooYoung.length },
    humanAction: humanAction(within, human),
    alerts: count(({ kind }) => kind === "alert.raised"),
    retrainings: count(({ kind }) => kind === "retraining.started"),
  };
  return printed(figures, () => deliveryText(figures));
}

function timesOf(records: readonly AuditRecord[]): readonly number[] {
  return records.map(({ timeMs }) => timeMs);
}

function leadHours({ registeredMs, deployedMs }: VersionCourse): readonly number[] {
  if (registeredMs === undefined || deployedMs === undefined) return [];
  return [Math.max(0, deployedMs - registeredMs) / 3_600_000];
}

function perWeek(deployments: number, ms: number): { readonly deploymentsPerWeek?: number } {
  const weeks = ms / 604_800_000;
  return weeks >= 1 ? { deploymentsPerWeek: deployments / weeks } : {};
}
