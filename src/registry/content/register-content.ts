import type { ConfigDefinition, PromptDefinition } from "../../contracts/content-definition.ts";
import type { FeatureServiceRef } from "../../contracts/feature-service.ts";
import { digestOfJson } from "../../core/digest.ts";
import { SluiceError } from "../../core/errors.ts";
import { requestServiceName } from "../../core/request-service.ts";
import { describedFiles } from "../../ledger/artifacts/described-files.ts";
import { metricsAsked } from "../policy/metrics-asked.ts";
import { policyOf } from "../policy/policy-of.ts";
import type { RegistryOptions } from "../registry-options.ts";
import type { RegistryTables } from "../tables.ts";
import { insertVersion, type RegisteredVersion, type RegistrationAbout } from "../versions/insert-version.ts";
import { requireKind } from "../versions/require-kind.ts";
import { type VersionBody, versionsOfEvaluation } from "../versions/version-table.ts";
import { requireContentName } from "./content-name.ts";
import { contentArtifact } from "./content-artifact.ts";
import { type HostEvaluation, storeHostEvaluation } from "./host-evaluation.ts";

/** What a prompt or a config is registered with. */
export interface ContentRegistration extends RegistrationAbout {
  /** What the host measured of it. @default nothing: gates on metrics then stay closed */
  readonly evaluation?: HostEvaluation;
}

/** Registers a prompt or a config as the next version. */
export async function registerContent(
  options: RegistryOptions,
  definition: PromptDefinition | ConfigDefinition,
  given: ContentRegistration,
): Promise<RegisteredVersion> {
  const kind = definition?.kind;
  if (kind !== "prompt" && kind !== "config")
    throw refused(`a definition of kind ${String(JSON.stringify(kind))}`, "a prompt or a config");
  const { name } = definition;
  requireContentName(kind, name);
  if (definition.kind === "prompt" && !(Array.isArray(definition.messages) && Array.isArray(definition.variables)))
    throw refused("a prompt without messages or variables", "what prompt() defined");
  if (typeof given?.author !== "string" || given.author.trim() === "")
    throw refused("no author", "who made the version");
  const sql = options.metadata.sql.withTables<RegistryTables>();
  const recordKind = `${kind}-version` as const;
  await requireKind(sql, { name, kind: recordKind });
  const content = contentArtifact(definition);
  const artifact = await options.artifacts.put(content);
  const service = serviceOf(definition);
  const of = { model: name, artifactDigest: artifact.digest, serviceHash: service.hash };
  const evaluation = await storeHostEvaluation(options, of, given.evaluation);
  const known = await versionsOfEvaluation(sql, name, evaluation.digest, options.verifier);
  const same = known.find(
    ({ version }) => version.artifactDigest === artifact.digest && version.author === given.author,
  );
  if (same !== undefined) return same.version;
  const made: Omit<VersionBody, "version" | "author" | "contributors" | "registeredAtMs"> = {
    kind: recordKind,
    schema: 1,
    name,
    artifactDigest: artifact.digest,
    artifactFormat: artifact.format,
    files: describedFiles(artifact, content),
    signature: { inputWidth: 0, outputWidth: 0 },
    vector: [],
    run: { id: `written:${artifact.digest}`, experiment: "written", codeDigest: artifact.digest, training: null },
    service,
    evaluationDigest: evaluation.digest,
  };
  return await insertVersion(options, given, warningsOf(options, kind, evaluation.metrics), evaluation, made);
}

/** What it takes with the request: a prompt's variables stand where a model has its features. */
function serviceOf(definition: PromptDefinition | ConfigDefinition): FeatureServiceRef {
  const variables = definition.kind === "prompt" ? [...definition.variables] : [];
  const hash = digestOfJson({ request: variables });
  return { name: requestServiceName(definition.name), hash, schemaHash: hash };
}

function warningsOf(
  options: RegistryOptions,
  kind: "prompt" | "config",
  metrics: object,
): Pick<RegisteredVersion, "warnings"> {
  const policy = policyOf(options, { kind });
  if (policy === undefined)
    return { warnings: [`there is no policy for ${kind}s (\`policies.${kind}\`): nothing can be promoted`] };
  const warnings = [...metricsAsked(policy)].flatMap(([metric, gates]) =>
    Object.hasOwn(metrics, metric)
      ? []
      : [`the evaluation lacks "${metric}", which the policy asks for: ${[...gates].join(", ")} will refuse`],
  );
  return warnings.length === 0 ? {} : { warnings };
}

function refused(found: string, expected: string): SluiceError {
  return new SluiceError("argument/invalid", { found, expected, fix: "Pass it to registerContent()." });
}
