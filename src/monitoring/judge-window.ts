import type { MonitorDefinition } from "../contracts/monitor.ts";
import type { Outcome } from "../contracts/prediction-log.ts";
import type { SkewMeter } from "../contracts/skew-meter.ts";
import { durationMs } from "../core/duration.ts";
import { judgeDrift } from "./detectors/drift.ts";
import { judgeFeatureSkew } from "./detectors/feature-skew.ts";
import { judgePerformance } from "./detectors/performance.ts";
import { featureOfWindow, outputOfWindow, type PredictionWindow } from "./prediction-window.ts";
import type { ReferenceProfile } from "./reference-profile.ts";
import type { WindowVerdict } from "./window-verdict.ts";

/** Judges one window of a monitor; `tooEarly` while its labels may still come. */
export async function judgeWindow(
  window: PredictionWindow,
  definition: MonitorDefinition,
  profile: ReferenceProfile | null,
  outcomes: () => Promise<ReadonlyMap<string, Outcome>>,
  untilMs: number,
  skew: SkewMeter | undefined,
): Promise<WindowVerdict | "tooEarly"> {
  const { signal, threshold } = definition;
  if (signal.kind === "performance") {
    if (window.toMs + durationMs(signal.labelDelay) > untilMs) return "tooEarly";
    if (threshold.kind !== "bound") return unanswerable("a performance monitor without a bound");
    return judgePerformance(window, signal, threshold, await outcomes());
  }
  if (signal.kind === "feature-skew") {
    if (window.toMs + durationMs(signal.historyDelay) > untilMs) return "tooEarly";
    if (threshold.kind !== "bound") return unanswerable("a skew monitor without a bound");
    if (skew === undefined) return unanswerable("nothing here computes features again");
    return judgeFeatureSkew(window.rows.length, await skew.measure(definition.model, window.rows), threshold);
  }
  if (threshold.kind !== "calibrated" || profile === null)
    return unanswerable("a drift monitor without a calibrated threshold or a reference");
  if (signal.kind === "data-drift") {
    return judgeDrift(
      new Map(signal.features.map((name) => [name, featureOfWindow(window, name)])),
      profile,
      threshold,
    );
  }
  return judgeDrift(new Map([[signal.output, outputOfWindow(window, signal.output)]]), profile, threshold);
}

function unanswerable(reason: string): WindowVerdict {
  return { outcome: "insufficient", reason, measured: {} };
}
