import type { EvaluationReport } from "../../contracts/evaluation-report.ts";
import { printable } from "../../core/printable.ts";
import { writeEvaluation } from "./evaluation-table.ts";
import type { EvaluatorOptions } from "./evaluator-options.ts";
import { reportText } from "./report-text.ts";

/** Signs a report and stores it, with the lineage from the artifact and the held-out set. */
export async function storeEvaluation(
  wiring: Pick<EvaluatorOptions, "ledger" | "metadata" | "signer">,
  report: Omit<EvaluationReport, "digest">,
): Promise<EvaluationReport> {
  const digest = await writeEvaluation(wiring, report, (evaluation) => [
    { from: `artifact:${report.artifactDigest}`, to: evaluation, kind: "evaluated", asserted: false },
    { from: `training-set:${report.dataset}`, to: evaluation, kind: "held-out", asserted: false },
  ]);
  return printable({ ...report, digest }, reportText);
}
