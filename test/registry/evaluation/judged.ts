import type { TaskKind } from "../../../src/contracts/evaluation-detail.ts";
import type { JudgedRows } from "../../../src/registry/evaluation/judged-rows.ts";
import { metricByName } from "../../../src/registry/evaluation/metric-by-name.ts";
import { plainMetrics } from "../../../src/registry/evaluation/metric-names.ts";
import { makeTable } from "../../../src/table/table.ts";

/** What judged rows are made from: texts and numbers as columns. */
export interface Given {
  readonly kind?: TaskKind;
  readonly labels: ArrayLike<number>;
  readonly predictions: ArrayLike<number>;
  readonly texts?: { readonly [column: string]: readonly string[] };
  readonly numbers?: { readonly [column: string]: ArrayLike<number> };
}

/** Judged rows without a model. */
export function judgedRows({ kind = "binary", labels, predictions, texts = {}, numbers = {} }: Given): JudgedRows {
  const rows = labels.length;
  const textColumns = Object.entries(texts).map(([name, cells]) => {
    const dictionary = [...new Set(cells)];
    const places = new Map(dictionary.map((text, place) => [text, place]));
    return [
      name,
      { tag: "utf8" as const, values: Int32Array.from(cells, (cell) => places.get(cell) ?? 0), dictionary },
    ];
  });
  const numberColumns = Object.entries(numbers).map(([name, values]) => [
    name,
    { tag: "f64" as const, values: Float64Array.from(values) },
  ]);
  const table = makeTable({
    ...Object.fromEntries(textColumns),
    ...Object.fromEntries(numberColumns),
    at: { tag: "i32", values: Int32Array.from({ length: rows }, (_, i) => i) },
  });
  const outputs = predictions.length / rows;
  const [first = "auc"] = plainMetrics[kind];
  return {
    kind,
    rows,
    width: 0,
    values: new Float64Array(0),
    labels: Float64Array.from(labels),
    rowIndex: Int32Array.from({ length: rows }, (_, i) => i),
    excluded: 0,
    classes: kind === "multiclass" ? Array.from({ length: outputs }, (_, i) => `class ${i}`) : [],
    table,
    predictions: Float64Array.from(predictions),
    outputs,
    metrics: [metricByName(first, kind)],
  };
}
