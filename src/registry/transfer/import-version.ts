import type { ArtifactContent, ArtifactFile, OpenArtifact, OpenArtifactFile } from "../../contracts/artifact.ts";
import type { ScannedFile } from "../../contracts/artifact-scan.ts";
import type { EvaluationReport } from "../../contracts/evaluation-report.ts";
import type { LineageEdge } from "../../contracts/lineage-store.ts";
import type { ModelVersion } from "../../contracts/model-version.ts";
import type { Verifier } from "../../contracts/signer.ts";
import { digestOfSource } from "../../core/byte-source.ts";
import { type Digest, digestOfJson } from "../../core/digest.ts";
import { SluiceError } from "../../core/errors.ts";
import { jsonOf } from "../../core/json-of.ts";
import { headsOf, opened, putOpen } from "../../ledger/artifacts/open-artifact.ts";
import { describedFiles, requireMediaTypes } from "../../ledger/artifacts/described-files.ts";
import { encodeManifest } from "../../ledger/artifacts/artifact-manifest.ts";
import { requireFreshEvaluation, storedEvaluation } from "../evaluation/evaluation-table.ts";
import { requireRequest, type TransitionRequest } from "../versions/transition-request.ts";
import type { RegistryOptions } from "../registry-options.ts";
import type { RegistryTables } from "../tables.ts";
import { insertVersion } from "../versions/insert-version.ts";
import { versionSubject } from "../versions/version-key.ts";
import { readVersions, type VersionBody } from "../versions/version-table.ts";
import { artifactFolderName, type OpenBundleVerdict, verifyOpenBundle } from "./bundle.ts";

/** How a version of another workspace is taken in. */
export interface ImportOptions extends TransitionRequest {
  /** Pins the keys of the other workspace that are believed; never those that lie in the bundle. */
  readonly trust: Verifier;
  /** An evaluation of this very artifact that was made here. @default none: gates on measured values stay closed */
  readonly evaluation?: EvaluationReport;
}

type Verified = Extract<OpenBundleVerdict, { readonly valid: true }>;

/**
 * Takes a version of another workspace in, once everything that came with it is verified. It arrives as registered, with its origin in its signed record, and needs
 * its own promotion here: the other workspace's certificate counts only in the gate `originCertified`. Its author here is who imports it. The same again is the same version.
 * What is refused goes on record, and leaves nothing.
 *
 * Errors: `certificate/invalid` (which names the part), `registry/evidence-mismatch`, `artifact/refused`, `registry/conflict`.
 */
export async function importVersion(
  options: RegistryOptions,
  came: ArtifactContent | OpenArtifact,
  given: ImportOptions,
): Promise<ModelVersion> {
  requireRequest("an import", given);
  if (typeof given.trust?.verify !== "function") throw untrusting();
  const content = opened(Array.isArray(came?.files) ? came : { format: "", files: [] });
  const verified = await requireVerified(options, content, given);
  const bundle = {
    format: content.format,
    files: content.files.filter(({ path }) => !path.startsWith(artifactFolderName)),
  };
  const origin = await originOf(verified, bundle);
  const evaluationDigest = await evaluationFor(options, verified, given.evaluation);
  const same = (current: ModelVersion): boolean =>
    current.origin?.certificate === origin.certificate &&
    current.author === given.actor &&
    current.evaluationDigest === evaluationDigest;
  const sql = options.metadata.sql.withTables<RegistryTables>();
  const { model } = verified.certificate.body.subject;
  const known = (await readVersions(sql, model, options.verifier)).find(({ version }) => same(version));
  if (known !== undefined) return known.version;
  const files = await storeFiles(options, verified, bundle);
  const {
    version: _version,
    author: _author,
    contributors = [],
    registeredAtMs: _registeredAtMs,
    ...made
  } = verified.record;
  return await insertVersion(
    options,
    { author: given.actor, contributors },
    {},
    { metrics: given.evaluation?.metrics ?? {} },
    { ...made, files, evaluationDigest, origin },
    { edgesOf, told: { origin: jsonOf({ ...origin, reason: given.reason }) } },
  );
}

async function requireVerified(
  options: RegistryOptions,
  content: OpenArtifact,
  given: ImportOptions,
): Promise<Verified> {
  const verdict = await verifyOpenBundle(content, given.trust);
  if (verdict.valid) return verdict;
  const { part, reason } = verdict;
  await options.metadata.write(async (tx) => {
    const body = { part, reason, asked: given.reason };
    await options.ledger.audit.append(tx, { kind: "import.refused", subject: "import", actor: given.actor, body });
  });
  throw new SluiceError("certificate/invalid", {
    found: `a bundle whose ${part} does not hold: ${reason}`,
    expected: "a version as another workspace exported it, signed by a key that `trust` pins",
    fix: "Have it exported again, and compare the key's id by another way than the one the bundle came by.",
  });
}

/** The evaluation made here, or the one that came along: which no evaluator here has signed, so that no gate counts it. */
async function evaluationFor(
  options: RegistryOptions,
  verified: Verified,
  evaluation: EvaluationReport | undefined,
): Promise<Digest> {
  const { artifactDigest, model, serviceHash } = verified.certificate.body.subject;
  if (evaluation === undefined) return verified.record.evaluationDigest;
  const sql = options.metadata.sql.withTables<RegistryTables>();
  const { digest, ...report } = evaluation;
  const isOfThis =
    report.model === model &&
    report.artifactDigest === artifactDigest &&
    report.serviceHash === serviceHash &&
    digestOfJson(jsonOf(report)) === digest &&
    (await storedEvaluation(sql, options.blobs, options.verifier, digest)) !== undefined;
  if (!isOfThis)
    throw new SluiceError("registry/evidence-mismatch", {
      found: `an evaluation of ${report.artifactDigest} for "${report.model}", or one that was not made here`,
      expected: `one of the artifact ${artifactDigest} for "${model}", made by an evaluator of this workspace`,
      fix: "Evaluate the artifact that verifyBundle() returns, and pass the report unchanged.",
    });
  await requireFreshEvaluation(sql, options.verifier, digest);
  return digest;
}

async function storeFiles(
  options: RegistryOptions,
  { artifact: came, certificate, record }: Verified,
  bundle: OpenArtifact,
): Promise<readonly ScannedFile[]> {
  const said = new Map(record.files?.map(({ path, mediaType }) => [path, mediaType]));
  const content = { ...came, files: came.files.map((file) => toldBy(said.get(file.path), file)) };
  const heads = await headsOf(content);
  requireMediaTypes(heads);
  const artifact = await putOpen(options.artifacts, content);
  if (artifact.digest !== certificate.body.subject.artifactDigest)
    throw new Error("an artifact with another digest than was verified");
  await putOpen(options.artifacts, bundle);
  return describedFiles(artifact, heads);
}

/** What the other workspace's host said of a file, it says here. */
function toldBy(mediaType: string | undefined, file: OpenArtifactFile): OpenArtifactFile {
  return mediaType === undefined ? file : { ...file, mediaType };
}

/** From its certificate there to what it is here. That its run made it, nobody here has seen: so its lineage is not complete by itself. */
function edgesOf(body: VersionBody): readonly LineageEdge[] {
  const version = `model-version:${versionSubject(body)}` as const;
  const artifact = `artifact:${body.artifactDigest}` as const;
  return [
    { from: `certificate:${body.origin?.certificate ?? ""}`, to: artifact, kind: "imported", asserted: false },
    { from: artifact, to: version, kind: "registered", asserted: false },
    { from: `evaluation:${body.evaluationDigest}`, to: version, kind: "registered", asserted: false },
    { from: `features:${body.service.hash}`, to: version, kind: "registered", asserted: false },
  ];
}

function untrusting(): SluiceError {
  return new SluiceError("argument/invalid", {
    found: "an import without `trust`",
    expected: "a verifier that pins the other workspace's public keys",
    fix: "Pass `trust: pinnedKeysVerifier({ … })`, with a key that came by another way than the bundle.",
  });
}

async function originOf(verified: Verified, bundle: OpenArtifact): Promise<NonNullable<ModelVersion["origin"]>> {
  const { certificate } = verified;
  const { subject, transition, issuedAtMs, breakGlass } = certificate.body;
  const files: ArtifactFile[] = [];
  for (const file of bundle.files)
    files.push({ path: file.path, digest: await digestOfSource(file), sizeBytes: file.sizeBytes });
  return {
    model: subject.model,
    version: subject.version,
    author: verified.record.author,
    certificate: certificate.digest,
    stage: transition.to,
    issuedAtMs,
    keyId: certificate.keyId,
    ...(breakGlass === undefined ? {} : { breakGlassUntilMs: breakGlass.untilMs }),
    bundle: encodeManifest({ format: bundle.format, files }).artifact.digest,
  };
}
