import type { EvaluationReport } from "../../contracts/evaluation-report.ts";
import { canonicalJson } from "../../core/canonical-json.ts";
import { jsonOf } from "../../core/json-of.ts";
import { printable } from "../../core/printable.ts";
import { signRecord } from "../../ledger/signed-record.ts";
import type { RegistryTables } from "../tables.ts";
import { type EvaluationStatement, reportDigest } from "./evaluation-table.ts";
import type { EvaluatorOptions } from "./evaluator-options.ts";
import { reportText } from "./report-text.ts";

/** Signs a report and stores it, with the lineage from the artifact and the held-out set. */
export async function storeEvaluation(
  wiring: Pick<EvaluatorOptions, "blobs" | "ledger" | "metadata" | "signer">,
  report: Omit<EvaluationReport, "digest">,
): Promise<EvaluationReport> {
  const { blobs, ledger, metadata, signer } = wiring;
  const digest = reportDigest(report);
  await blobs.put(new TextEncoder().encode(canonicalJson(jsonOf(report))));
  const statement: EvaluationStatement = {
    kind: "evaluation",
    schema: 1,
    digest,
    model: report.model,
    artifactDigest: report.artifactDigest,
  };
  const signed = await signRecord(signer, statement);
  await metadata.write(async (tx) => {
    await tx.lock("registry-evaluation");
    const sql = tx.sql.withTables<RegistryTables>();
    await sql
      .insertInto("registry_evaluation")
      .values({ digest, ...signed })
      .onConflict((conflict) => conflict.column("digest").doUpdateSet({ ...signed }))
      .execute();
    await ledger.lineage.record(tx, [
      { from: `artifact:${report.artifactDigest}`, to: `evaluation:${digest}`, kind: "evaluated", asserted: false },
      { from: `training-set:${report.dataset}`, to: `evaluation:${digest}`, kind: "held-out", asserted: false },
    ]);
  });
  return printable({ ...report, digest }, reportText);
}
