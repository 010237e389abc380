import type { EvaluationReport } from "../../contracts/evaluation-report.ts";
import { canonicalJson, type JsonValue } from "../../core/canonical-json.ts";
import { jsonOf } from "../../core/json-of.ts";
import { cardOf } from "../cards/card-of.ts";
import { storedCertificate } from "../certificates/certificate-table.ts";
import { storedEvaluation } from "../evaluation/evaluation-table.ts";
import { contentFacts } from "../content/content-facts.ts";
import { kindOfVersion } from "../policy/policy-of.ts";
import type { RegistryOptions } from "../registry-options.ts";
import type { RegistryTables } from "../tables.ts";
import { type VersionKey, versionSubject } from "../versions/version-key.ts";
import { readVersion, type StoredVersion } from "../versions/version-table.ts";
import { type VersionChange, VersionDifference } from "./version-difference.ts";

/** Everything that is compared, by what it is about. */
type Facts = ReadonlyMap<string, { readonly [item: string]: JsonValue | undefined }>;

/**
 * In what two versions differ: artifact, the content of prompts and configs, data, features, the run's params, metrics, signature, the policy of their last promotion, and their model cards.
 * Each is verified first. Errors: `registry/not-found`, `registry/tampered`.
 */
export async function diffVersions(options: RegistryOptions, a: VersionKey, b: VersionKey): Promise<VersionDifference> {
  const [before, after] = [await factsOf(options, a), await factsOf(options, b)];
  const changes: VersionChange[] = [];
  for (const [about, items] of before) {
    const others = after.get(about) ?? {};
    for (const item of [...new Set([...Object.keys(items), ...Object.keys(others)])].sort()) {
      const [one, other] = [items[item], others[item]];
      if (textOf(one) !== textOf(other)) changes.push({ about, item, before: one, after: other });
    }
  }
  return new VersionDifference([versionSubject(a), versionSubject(b)], changes);
}

function textOf(value: JsonValue | undefined): string {
  return value === undefined ? "" : canonicalJson(value);
}

async function factsOf(options: RegistryOptions, key: VersionKey): Promise<Facts> {
  const sql = options.metadata.sql.withTables<RegistryTables>();
  const stored = await readVersion(sql, key, options.verifier);
  const { version } = stored;
  const { training, codeDigest } = version.run;
  const evaluation = await storedEvaluation(sql, options.blobs, options.verifier, version.evaluationDigest);
  const card = await cardOf(options, key, undefined);
  return new Map(
    Object.entries({
      version: { kind: kindOfVersion(version), stage: version.stage, author: version.author },
      artifact: { "": version.artifactDigest, format: version.artifactFormat },
      content: await contentFacts(options, version),
      code: version.kind === undefined ? { "": codeDigest } : {}, // of prompts and configs it is the artifact's digest again
      data: {
        training: training?.digest,
        rows: training?.rows,
        spine: training?.spineDigest,
        ...Object.fromEntries((training?.sources ?? []).map((source) => [source.dataset, source.version])),
        "held out": evaluation?.dataset,
      },
      features: {
        service: version.service.name,
        hash: version.service.hash,
        schema: version.service.schemaHash,
        ...Object.fromEntries(version.vector.map((feature) => [feature, "in the vector"])),
        order: version.vector.join(", "),
      },
      params: await paramsOf(options, stored),
      metrics: metricsOf(evaluation),
      signature: { inputs: version.signature.inputWidth, outputs: version.signature.outputWidth },
      policy: { "": await policyOf(options, stored) },
      card: { ...(card === undefined ? {} : partsOf(jsonOf(card.parts))), revision: card?.revision },
    }),
  );
}

function metricsOf(evaluation: EvaluationReport | undefined): { readonly [metric: string]: JsonValue } {
  return Object.fromEntries(
    Object.entries(evaluation?.metrics ?? {}).map(([metric, estimate]) => [
      metric,
      "value" in estimate ? estimate.value : `not computable: ${estimate.notComputable}`,
    ]),
  );
}

async function paramsOf(
  { runDetails }: RegistryOptions,
  { version }: StoredVersion,
): Promise<{ readonly [param: string]: JsonValue }> {
  return runDetails === undefined || version.kind !== undefined ? {} : await runDetails.params(version.run.id);
}

async function policyOf(
  options: RegistryOptions,
  { certificate, version }: StoredVersion,
): Promise<string | undefined> {
  if (certificate === null) return undefined;
  const sql = options.metadata.sql.withTables<RegistryTables>();
  return (await storedCertificate(sql, certificate, versionSubject(version))).body.policyDigest;
}

function partsOf(parts: JsonValue): { readonly [part: string]: JsonValue | undefined } {
  return typeof parts === "object" && parts !== null && !Array.isArray(parts)
    ? Object.fromEntries(Object.entries(parts))
    : {};
}
