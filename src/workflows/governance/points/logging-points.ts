import type { AuditRecord } from "../../../contracts/audit-log.ts";
import { memberOf } from "../../record-body.ts";
import { productionReigns } from "../production-reigns.ts";
import { counted, digestSource, eventSource, isoOf, type PointFindings, someSources, stated } from "../statement.ts";
import type { VersionFacts } from "../version-facts.ts";

/** 12(1): what is recorded, since when, and that it holds. */
export function recordingPoint(facts: VersionFacts): PointFindings {
  const { records, verdict, ofModel, ofMonitors } = facts;
  const { first, last } = facts.ends;
  const retained = records.filter(({ kind }) => kind === "audit.retained");
  const kinds = countsOf([...ofModel, ...ofMonitors]);
  if (!verdict.valid) return { statements: [], missing: [`the audit log does not verify: ${verdict.reason}`] };
  const anchors = verdict.anchors.map(({ name, events }) => `${name} (${events ?? "not readable"})`).join(", ");
  return {
    statements: [
      ...(first === undefined || last === undefined || verdict.head === null
        ? []
        : stated(
            `${counted(verdict.events, "event")} are recorded automatically, from ${isoOf(first.timeMs)} to ${isoOf(last.timeMs)}, chained by hashes; ${counted(verdict.checkpoints, "checkpoint")} signed; anchors outside the store: ${anchors || "none"}.`,
            [digestSource("audit log", verdict.head), eventSource(first), eventSource(last)],
          )),
      ...stated(`Of the model and its monitors: ${kinds}.`, someSources([...ofModel, ...ofMonitors])),
      ...stated(
        `Events were dropped at the end of their time ${counted(retained.length, "time")}.`,
        someSources(retained),
      ),
    ],
    missing: verdict.events === 0 ? ["nothing was recorded"] : [],
  };
}

/** 12(2)(a): what went wrong, or might have. */
export function riskRecordsPoint({ ofModel, ofMonitors }: VersionFacts): PointFindings {
  const risky = ofModel.filter(
    ({ kind, body }) =>
      /\.refused$/.test(kind) ||
      ["rollout.rolledBack", "rollout.aborted"].includes(kind) ||
      memberOf(body, "breakGlass") !== undefined,
  );
  const alerts = ofMonitors.filter(({ kind }) => kind === "alert.raised");
  const emergencies = risky.filter(({ body }) => memberOf(body, "breakGlass") !== undefined);
  const changes = ofModel.filter(({ kind }) => kind === "version.promoted" || kind === "version.registered");
  return {
    statements: [
      ...stated(`Refusals, rollbacks and emergencies: ${countsOf(risky)}.`, someSources(risky)),
      ...stated(`${counted(alerts.length, "alert")} of monitors.`, someSources(alerts)),
      ...emergencies.map((record) => ({
        text: `EMERGENCY (break-glass): ${record.subject}, ${isoOf(record.timeMs)}, by ${record.actor}: ${String(memberOf(record.body, "reason"))}.`,
        sources: [eventSource(record)],
      })),
      ...stated(`Changes of the model that may be substantial: ${countsOf(changes)}.`, someSources(changes)),
    ],
    missing: [],
  };
}

/** 12(2)(b): what monitors have recorded. */
export function monitoringLogPoint({ monitors, ofMonitors }: VersionFacts): PointFindings {
  return {
    statements: stated(
      `Monitors have recorded ${countsOf(ofMonitors)}, and ${counted(
        monitors.reduce((sum, { windows }) => sum + windows.length, 0),
        "judged window",
      )}.`,
      someSources(ofMonitors),
    ),
    missing: monitors.length === 0 ? ["no monitor is armed for the model"] : [],
  };
}

/** 12(2)(c): when which version was in use. */
export function operationPoint({ ofModel, version }: VersionFacts): PointFindings {
  const reigns = productionReigns(ofModel).get(version.name) ?? [];
  const rollouts = ofModel.filter(({ kind }) => kind.startsWith("rollout."));
  return {
    statements: [
      ...reigns.map((reign) => ({
        text: `Version ${reign.version} had production from ${isoOf(reign.sinceMs)} ${reign.untilMs === undefined ? "on" : `to ${isoOf(reign.untilMs)}`}${reign.isRollback ? ", brought back" : ""}.`,
        sources: [eventSource(reign.began), ...(reign.ended === undefined ? [] : [eventSource(reign.ended)])],
      })),
      ...stated(`Rollouts: ${countsOf(rollouts)}.`, someSources(rollouts)),
    ],
    missing: reigns.length === 0 ? ["no version of the model has had production"] : [],
  };
}

/** How many of each kind: `2 × gate.refused, 1 × version.promoted`. */
function countsOf(records: readonly AuditRecord[]): string {
  const counts = new Map<string, number>();
  for (const { kind } of records) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const sorted = [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([kind, count]) => `${count} × ${kind}`).join(", ") || "none";
}
