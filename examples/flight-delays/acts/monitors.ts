// The monitors of act 7. Each says what it watches, what is too much, who answers and how.
import { makeTable } from "sluice/table";
import { monitor, profileOf, type TrainingSet } from "sluice";
import type { MonitorDefinition } from "sluice/contracts";
import type { ReferenceProfile } from "sluice/monitoring";
import type { Stage } from "../stage.ts";

const season = ["origin_day", "origin_week", "destination_day", "destination_week", "route_week", "traffic"].map(
  (name) => `prepared.${name}`,
);
const actions = {
  notify: { do: "notify", via: "console" },
  retrain: { do: "retrain", pipeline: "retrain-flight-delay" },
} as const;
const answered = { owner: "flight-delay team", ackWithin: "4h" } as const;

/** The monitors, by what they answer with. */
export function monitors(): readonly MonitorDefinition[] {
  return [
    monitor({
      id: "inputs",
      model: "flight-delay",
      signal: { kind: "data-drift", features: season },
      windowRows: 5000,
      threshold: { kind: "calibrated", falseAlarmRate: 0.001, minEffect: 0.25 },
      response: {
        ...answered,
        runbook: ["compare the season with last year's", "let the retraining run"],
        actions: [actions.notify, actions.retrain],
      },
    }),
    monitor({
      id: "distance-feed",
      model: "flight-delay",
      signal: { kind: "data-drift", features: ["prepared.distance"] },
      windowRows: 500,
      threshold: { kind: "calibrated", falseAlarmRate: 0.001, minEffect: 0.1 },
      response: {
        ...answered,
        runbook: ["check the unit of the distances", "repair the feed"],
        actions: [actions.notify],
      },
    }),
    monitor({
      id: "scores",
      model: "flight-delay",
      signal: { kind: "prediction-drift", output: "late" },
      windowRows: 5000,
      threshold: { kind: "calibrated", falseAlarmRate: 0.001, minEffect: 0.25 },
      response: { ...answered, runbook: ["look at inputs first"], actions: [actions.notify] },
    }),
    monitor({
      id: "quality",
      model: "flight-delay",
      signal: { kind: "performance", metric: "auc", output: "late", outcome: "late", labelDelay: "1d" },
      windowRows: 10_000,
      threshold: { kind: "bound", min: 0.66, minCoverage: 0.95 },
      fire: { bad: 1, of: 1 },
      response: {
        ...answered,
        runbook: ["compare with the champion's report", "let the retraining run"],
        actions: [actions.notify, actions.retrain],
      },
    }),
  ];
}

/** What a model was trained on, and what was answered in a period. */
export async function referenceOf(
  { ws }: Stage,
  training: TrainingSet,
  answered: { readonly fromMs: number; readonly toMs: number },
): Promise<ReferenceProfile> {
  const batches = await ws.serving.predictions("flight-delay", answered);
  const late = batches.flatMap((batch) => [...batch.outputs].filter((_, row) => batch.role[row] !== "shadow"));
  const outputs = profileOf(makeTable({ late: { tag: "f64", values: Float64Array.from(late) } }));
  return { schema: 1, columns: { ...profileOf(training.table, training.features).columns, ...outputs.columns } };
}

/** Arms every monitor against a reference; what they watch begins at `fromMs`. */
export async function armAll({ ws }: Stage, reference: ReferenceProfile, fromMs: number): Promise<void> {
  for (const definition of monitors()) await ws.monitoring.arm(definition, { reference, fromMs, actor: "ana" });
}
