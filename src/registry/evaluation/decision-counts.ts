import type { DecisionCounts } from "../../contracts/evaluation-detail.ts";
import type { JudgedRows } from "./judged-rows.ts";
import { likeliest } from "./likeliest.ts";

/** The class that each row is called: at a threshold, or the likeliest. */
export function calledClasses(
  { outputs, kind }: Pick<JudgedRows, "outputs" | "kind">,
  predictions: Float64Array,
  threshold: number,
): Int32Array {
  const rows = predictions.length / outputs;
  const called = new Int32Array(rows);
  for (let i = 0; i < rows; i++)
    called[i] =
      kind === "binary" ? ((predictions[i] as number) >= threshold ? 1 : 0) : likeliest(predictions, i, outputs);
  return called;
}

/** The confusion matrix; `undefined` for regression. */
export function decisionCounts(judged: JudgedRows, threshold: number): DecisionCounts | undefined {
  const { kind, labels, predictions, outputs } = judged;
  if (kind === "regression") return undefined;
  const classes = kind === "binary" ? ["no", "yes"] : judged.classes;
  const called = calledClasses({ kind, outputs }, predictions, threshold);
  const counts = classes.map(() => classes.map(() => 0));
  for (let i = 0; i < called.length; i++) {
    const row = counts[labels[i] as number] as number[];
    const place = called[i] as number;
    row[place] = (row[place] as number) + 1;
  }
  return { ...(kind === "binary" ? { threshold } : {}), classes, counts };
}
