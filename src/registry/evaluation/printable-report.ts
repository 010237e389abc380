import type { EvaluationReport } from "../../contracts/evaluation-report.ts";
import { reportText } from "./report-text.ts";

/** The method that `console.log` asks for on Node, Deno and Bun. */
const inspected = Symbol.for("nodejs.util.inspect.custom");

/** The report itself, printed as text: its members stay what they are, and JSON and digest do not see the difference. */
export function printable(report: EvaluationReport): EvaluationReport {
  const text = { value: () => reportText(report) };
  return Object.defineProperties(report, { toString: text, [inspected]: text });
}
