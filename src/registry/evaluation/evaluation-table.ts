import type { BlobStore } from "../../contracts/blob-store.ts";
import type { EvaluationReport } from "../../contracts/evaluation-report.ts";
import type { LineageEdge } from "../../contracts/lineage-store.ts";
import type { Verifier } from "../../contracts/signer.ts";
import { canonicalJson } from "../../core/canonical-json.ts";
import { type Digest, digestOf, digestOfJson } from "../../core/digest.ts";
import { SluiceError } from "../../core/errors.ts";
import { compiledStatement } from "../../ledger/compiled-statement.ts";
import { signatureHolds, signRecord } from "../../ledger/signed-record.ts";
import { unknownKey } from "../../ledger/unknown-key.ts";
import { jsonOf } from "../../core/json-of.ts";
import { afterEnd } from "../certificates/key-end.ts";
import type { RegistrySql, RegistryTables } from "../tables.ts";
import type { EvaluatorOptions } from "./evaluator-options.ts";

/** What an evaluator signs: that it measured this report for this artifact. */
export interface EvaluationStatement {
  readonly kind: "evaluation";
  readonly schema: 1;
  readonly digest: Digest;
  readonly model: string;
  readonly artifactDigest: Digest;
}

/** The digest of a report: that of everything in it but the digest. */
export function reportDigest(report: Omit<EvaluationReport, "digest">): Digest {
  return digestOfJson(jsonOf(report));
}

/** Signs that a report was measured here, and stores both with its lineage. */
export async function writeEvaluation(
  { ledger, metadata, signer }: Pick<EvaluatorOptions, "ledger" | "metadata" | "signer">,
  measured: Omit<EvaluationReport, "digest">,
  edges: (node: `evaluation:${Digest}`) => readonly LineageEdge[],
): Promise<Digest> {
  const report = canonicalJson(jsonOf(measured));
  const digest = digestOf(report);
  const { model, artifactDigest } = measured;
  const statement: EvaluationStatement = { kind: "evaluation", schema: 1, digest, model, artifactDigest };
  const signed = await signRecord(signer, statement);
  await metadata.write(async (tx) => {
    await tx.lock("registry-evaluation");
    await tx.sql
      .withTables<RegistryTables>()
      .insertInto("registry_evaluation")
      .values({ digest, ...signed, report })
      .onConflict((conflict) => conflict.column("digest").doUpdateSet({ ...signed, report }))
      .execute();
    await ledger.lineage.record(tx, edges(`evaluation:${digest}`));
  });
  return digest;
}

/**
 * A report as an evaluator stored and signed it; `undefined` if none was stored under the digest.
 * Errors: `registry/tampered`, `blob/corrupt`, `blob/not-found`.
 */
export async function storedEvaluation(
  sql: RegistrySql,
  blobs: BlobStore,
  verifier: Verifier,
  digest: Digest,
): Promise<EvaluationReport | undefined> {
  const [row] = await selectEvaluation(sql, digest);
  if (row === undefined) return undefined;
  if (!(await signatureHolds(verifier, row)))
    throw (
      unknownKey(verifier, row.key_id, `the evaluation ${digest}`) ??
      changedEvaluation(digest, "its record does not carry the signature of a pinned key")
    );
  const statement: EvaluationStatement = JSON.parse(row.body);
  if (statement.kind !== "evaluation" || statement.digest !== digest)
    throw changedEvaluation(digest, "its record is about something else");
  const body: Omit<EvaluationReport, "digest"> = JSON.parse(await reportOf(row.report, blobs, digest));
  if (body.model !== statement.model || body.artifactDigest !== statement.artifactDigest) {
    throw changedEvaluation(digest, "its report is about another model");
  }
  return { ...body, digest };
}

/** The text of a report; those of earlier releases are blobs. Errors: `registry/tampered`, `blob/corrupt`, `blob/not-found`. */
async function reportOf(report: string | null, blobs: BlobStore, digest: Digest): Promise<string> {
  // Stores verify what they read; gates rest on this, so it is not left to a host's own.
  const text = report ?? new TextDecoder().decode(await blobs.get(digest));
  if (digestOf(text) === digest) return text;
  throw changedEvaluation(digest, "its report is another");
}

const selectEvaluation = compiledStatement((sql: RegistrySql, digest: string) =>
  sql.selectFrom("registry_evaluation").selectAll().where("digest", "=", digest),
);

/** Refuses a new use of an evaluation that a key signed which has ended: it may be stolen. Errors: `certificate/revoked-key`. */
export async function requireFreshEvaluation(sql: RegistrySql, verifier: Verifier, digest: Digest): Promise<void> {
  const row = await sql
    .selectFrom("registry_evaluation")
    .select("key_id")
    .where("digest", "=", digest)
    .executeTakeFirst();
  const endMs = row === undefined ? undefined : verifier.endsAtMs?.(row.key_id);
  if (row !== undefined && endMs !== undefined) throw afterEnd(row.key_id, endMs, `the evaluation ${digest}`);
}

function changedEvaluation(digest: Digest, what: string): SluiceError {
  return new SluiceError("registry/tampered", {
    found: `the evaluation ${digest} was changed in the store: ${what}`,
    expected: "the report as the evaluator signed it",
    fix: "Evaluate again, and find out who changed it.",
  });
}
