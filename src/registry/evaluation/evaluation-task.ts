import type { TaskKind } from "../../contracts/evaluation-detail.ts";
import type { ModelDefinition } from "../../contracts/model-definition.ts";
import { SluiceError } from "../../core/errors.ts";
import { type Column, isListColumn } from "../../table/column.ts";
import { anyColumnOf, type Table } from "../../table/table.ts";
import type { EvaluationMetric } from "./evaluation-metric.ts";
import type { EvaluationOptions } from "./evaluation-options.ts";
import { metricByName } from "./metric-by-name.ts";
import { customPrefix, defaultMetrics, kindsOfMetric, noMetric, requireMetricName } from "./metric-names.ts";
import { taskKinds } from "./task-kind.ts";

/** What is asked of a model, with every default filled in. */
export interface EvaluationTask {
  readonly kind: TaskKind;
  readonly metrics: readonly EvaluationMetric[];
  /** Places of the predictions among the model's outputs. */
  readonly places: readonly number[];
  /** The classes as text, in the order of the predictions; empty but for several classes. */
  readonly classes: readonly string[];
}

/** Reads what is asked for. Errors: `definition/invalid` (kind, metric, output, classes), `data/missing-column`. */
export function evaluationTask(model: ModelDefinition, table: Table, options: EvaluationOptions): EvaluationTask {
  const kind = kindOf(table, options);
  const asked = options.metrics ?? defaultMetrics[kind];
  if (asked.length === 0) throw refused("no metric", "at least one", 'Name one, as in "auc", or leave `metrics` out.');
  const metrics = asked.map((one) => (typeof one === "string" ? metricByName(one, kind) : ofKind(one, kind)));
  const names = metrics.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw refused(`the metric "${twice}" twice`, "each once", "Name it once.");
  if (kind === "multiclass") return { kind, metrics, ...classesOf(model, options) };
  return { kind, metrics, places: [outputPlace(model, options.output)], classes: [] };
}

function kindOf(table: Table, { kind, label, metrics }: EvaluationOptions): TaskKind {
  const column = anyColumnOf(table, label);
  for (const one of metrics ?? []) if (typeof one === "string") requireMetricName(one);
  if (kind !== undefined) {
    if (taskKinds.includes(kind)) return kind;
    throw refused(`the kind "${String(kind)}"`, taskKinds.join(", "), "Name one of them.");
  }
  if (column.tag === "bool") return "binary";
  if (column.tag === "utf8") return "multiclass";
  const kinds = (metrics ?? []).flatMap((one) => (typeof one === "string" ? [kindsOfMetric(one)] : []));
  const possible = taskKinds.filter((each) => kinds.every((of) => of.includes(each)));
  if (kinds.length > 0 && possible[0] !== undefined) return possible[0];
  return onlyZerosAndOnes(column) ? "binary" : "regression";
}

/** A NaN is no label. */
function onlyZerosAndOnes(column: Column): boolean {
  if (isListColumn(column)) return false;
  for (let row = 0; row < column.values.length; row++) {
    if (column.states !== undefined && column.states[row] !== 1) continue;
    const value = Number(column.values[row]);
    if (value !== 0 && value !== 1 && !Number.isNaN(value)) return false;
  }
  return true;
}

/** A metric of the host's own under the name of one of the library's would pass that one's gates. */
function ofKind(metric: EvaluationMetric, kind: TaskKind): EvaluationMetric {
  if (!metric.name.startsWith(customPrefix))
    throw refused(
      `a metric of one's own named "${metric.name}"`,
      `a name that begins with ${customPrefix}`,
      "Make it by metric().",
    );
  if (metric.kinds.includes(kind)) return metric;
  throw noMetric(metric.name, kind);
}

function outputPlace(model: ModelDefinition, output: string | undefined): number {
  const index = output === undefined ? 0 : model.outputs.indexOf(output);
  if (index < 0) throw refused(`the output "${output}"`, model.outputs.join(", "), "Name one of the model's outputs.");
  return index;
}

function classesOf(
  model: ModelDefinition,
  { classes, output }: EvaluationOptions,
): { readonly places: readonly number[]; readonly classes: readonly string[] } {
  const names = (classes ?? model.outputs).map(String);
  if (output !== undefined)
    throw refused(`the output "${output}" of several classes`, "all outputs, one a class", "Leave `output` out.");
  if (names.length < 2 || names.length !== model.outputs.length || new Set(names).size !== names.length) {
    throw refused(
      `the classes ${names.join(", ")}`,
      `one for each of the model's outputs ${model.outputs.join(", ")}, at least two, each once`,
      "Let the model have an output a class, and name the classes in their order.",
    );
  }
  return { places: names.map((_, i) => i), classes: names };
}

/** An option that cannot be. */
export function refused(found: string, expected: string, fix: string): SluiceError {
  return new SluiceError("definition/invalid", { found: `${found} in an evaluation`, expected, fix });
}
