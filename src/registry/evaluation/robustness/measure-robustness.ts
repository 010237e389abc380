import type { RobustnessMeasurement } from "../../../contracts/evaluation-detail.ts";
import type { Metrics } from "../../../contracts/metric-estimate.ts";
import type { ModelHandle } from "../../../contracts/model-runtime.ts";
import type { WorkOptions } from "../../../core/progress.ts";
import { seededRandom } from "../../../core/random.ts";
import type { MetricResult } from "../evaluation-metric.ts";
import type { JudgedRows } from "../judged-rows.ts";
import { finite, measure } from "../measure.ts";
import { predictRows } from "../predict-rows.ts";
import type { Perturbation } from "./perturbation.ts";

/** Measures on disturbed inputs, and by how much each metric is worse than on the undisturbed rows, paired. */
export async function measureRobustness(
  handle: ModelHandle,
  judged: JudgedRows,
  features: readonly string[],
  places: readonly number[],
  perturbations: readonly Perturbation[],
  work: WorkOptions,
): Promise<readonly RobustnessMeasurement[]> {
  const measured: RobustnessMeasurement[] = [];
  for (const perturbation of perturbations) {
    work.signal?.throwIfAborted();
    const values = judged.values.slice();
    const random = seededRandom(`perturbation ${perturbation.name}`);
    perturbation.perturb({ rows: judged.rows, features, values, random });
    const disturbed = await predictRows(handle, values, places, work);
    measured.push(against(judged, disturbed, perturbation.name));
  }
  return measured;
}

function against(judged: JudgedRows, disturbed: Float64Array, perturbation: string): RobustnessMeasurement {
  const { metrics, labels, predictions } = judged;
  const bad = disturbed.reduce((count, p) => (Number.isFinite(p) ? count : count + 1), 0);
  const excuse: MetricResult = { notComputable: `${bad} of ${disturbed.length} predictions are not finite` };
  const drops: Metrics = Object.fromEntries(
    metrics.map((metric) => [metric.name, bad > 0 ? excuse : finite(metric.advantage(labels, predictions, disturbed))]),
  );
  return {
    perturbation,
    metrics:
      bad > 0 ? Object.fromEntries(metrics.map(({ name }) => [name, excuse])) : measure(metrics, labels, disturbed),
    drops,
  };
}
