import type { AuditRecord } from "../../contracts/audit-log.ts";
import { requireArgument } from "../../core/known-arguments.ts";
import { modelOf } from "../record-body.ts";
import { printable } from "../../core/printable.ts";
import { durationFigure, shareFigure } from "./case-figures.ts";
import type { DeliveryFigures } from "./delivery-record.ts";
import { deliveryText } from "./delivery-text.ts";
import { completeOptions, type DeliveryOptions } from "./delivery-options.ts";
import { humanAction } from "./human-action.ts";
import { incidentTimes } from "./incidents.ts";
import { sustainedProduction } from "./sustained-production.ts";
import { isGateRefusal, type VersionCourse, versionCourses } from "./version-courses.ts";

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
  requireArgument("deliveryFigures()", "records", records, "list");
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
  return printable(figures, () => deliveryText(figures));
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
