import type { MonitorDefinition } from "../../../contracts/monitor.ts";
import { compareCodePoints } from "../../../core/compare-code-points.ts";
import { counted, digestSource, isoOf, type PointFindings, someSources, stated } from "../statement.ts";
import type { MonitorFacts, VersionFacts } from "../version-facts.ts";

const noMonitor = "no monitor is armed for the model";

/** Pipelines that monitors of the model start. */
export function retrainingOf({
  monitors,
}: VersionFacts): readonly { readonly monitor: string; readonly pipeline: string; readonly digest: string }[] {
  return monitors.flatMap(({ definition: { id, digest, response } }) =>
    response.actions.flatMap((action) =>
      action.do === "retrain" ? [{ monitor: id, pipeline: action.pipeline, digest }] : [],
    ),
  );
}

/** 72(1): what watches, who answers. */
export function monitoringSystemPoint({ monitors, ofMonitors }: VersionFacts): PointFindings {
  const armed = ofMonitors.filter(({ kind }) => kind.startsWith("monitor."));
  return {
    statements: [
      ...monitors.map(({ definition }) => ({
        text: `The monitor "${definition.id}" watches ${signalText(definition)}; ${definition.response.owner} answers within ${String(definition.response.ackWithin)}.`,
        sources: [digestSource(`monitor ${definition.id}`, definition.digest)],
      })),
      ...stated(`Monitors were armed, changed or disarmed ${counted(armed.length, "time")}.`, someSources(armed)),
    ],
    missing: monitors.length === 0 ? [noMonitor] : [],
  };
}

/** 72(2): what was collected, and what came of it. */
export function monitoringRecordsPoint({ monitors, ofMonitors, ofPipelines }: VersionFacts): PointFindings {
  const alerts = ofMonitors.filter(({ kind }) => kind.startsWith("alert."));
  const pipelines = [...new Set(ofPipelines.map(({ subject }) => `"${subject}"`))].sort(compareCodePoints);
  return {
    statements: [
      ...monitors.flatMap((one) => windowStatement(one)),
      ...stated(
        `${counted(alerts.filter(({ kind }) => kind === "alert.raised").length, "alert was", "alerts were")} raised, ${alerts.filter(({ kind }) => kind === "alert.resolved").length} resolved.`,
        someSources(alerts),
      ),
      ...stated(
        `Pipelines that train or retrain the model (${pipelines.join(", ")}) were started and ended: ${counted(ofPipelines.length, "event")}.`,
        someSources(ofPipelines),
      ),
    ],
    missing: [
      ...(monitors.length === 0 ? [noMonitor] : []),
      ...monitors.flatMap(({ definition, windows }) =>
        windows.length === 0 ? [`the monitor "${definition.id}" has judged no window yet`] : [],
      ),
    ],
  };
}

function windowStatement({ definition, windows }: MonitorFacts): PointFindings["statements"] {
  const [first, last] = [windows[0], windows.at(-1)];
  if (first === undefined || last === undefined) return [];
  const count = (outcome: string): number => windows.filter((window) => window.outcome === outcome).length;
  return stated(
    `The monitor "${definition.id}" judged ${counted(windows.length, "window")} of ${definition.windowRows} predictions from ${isoOf(first.fromMs)} to ${isoOf(last.toMs)}: ${count("ok")} ok, ${count("bad")} bad, ${count("insufficient")} that it could say nothing about.`,
    [digestSource(`monitor ${definition.id}`, definition.digest)],
  );
}

/** 72(3): what of a plan runs. */
export function monitoringPlanPoint({ monitors }: VersionFacts): PointFindings {
  return {
    statements: monitors.map(({ definition }) => ({
      text: planText(definition),
      sources: [digestSource(`monitor ${definition.id}`, definition.digest)],
    })),
    missing: monitors.length === 0 ? [noMonitor] : [],
  };
}

/** 9: the system, its plan and its records. */
export function afterMarketPoint(facts: VersionFacts): PointFindings {
  const parts = [monitoringSystemPoint(facts), monitoringPlanPoint(facts), monitoringRecordsPoint(facts)];
  return {
    statements: parts.flatMap(({ statements }) => statements),
    missing: [...new Set(parts.flatMap(({ missing }) => missing)), "the plan as adopted (see art-72.3)"],
  };
}

function planText(definition: MonitorDefinition): string {
  const { id, windowRows, threshold, fire, response } = definition;
  const runbook = typeof response.runbook === "string" ? response.runbook : response.runbook.join("; ");
  const actions = response.actions.map((action) =>
    action.do === "notify" ? `tell ${action.via}` : `start the pipeline "${action.pipeline}"`,
  );
  return `"${id}": ${signalText(definition)}, every ${windowRows} predictions; bad when ${thresholdText(threshold)}; an alert when ${fire.bad} of ${fire.of} windows are bad; then: ${actions.join(", ")}; ${response.owner} answers within ${String(response.ackWithin)}; runbook: ${runbook}.`;
}

function signalText({ signal }: MonitorDefinition): string {
  switch (signal.kind) {
    case "data-drift":
      return `drift of the inputs ${signal.features.join(", ")}`;
    case "prediction-drift":
      return `drift of the output ${signal.output}`;
    case "performance":
      return `${signal.metric} of ${signal.output} against the outcome ${signal.outcome}`;
    case "feature-skew":
      return "features as served against features from history";
  }
}

function thresholdText(threshold: MonitorDefinition["threshold"]): string {
  if (threshold.kind === "calibrated")
    return `the distance is at least ${threshold.minEffect} and more than chance makes it in ${threshold.falseAlarmRate} of windows`;
  const ends = [
    ...(threshold.min === undefined ? [] : [`below ${threshold.min}`]),
    ...(threshold.max === undefined ? [] : [`above ${threshold.max}`]),
  ];
  return `${ends.join(" or ")} (at least ${threshold.minCoverage} of a window measured)`;
}
