import type { ArtifactContent, ArtifactFile, OpenArtifact, OpenArtifactFile } from "../../contracts/artifact.ts";
import type { ScannedFile } from "../../contracts/artifact-scan.ts";
import type { PromotionCertificate } from "../../contracts/certificate.ts";
import type { CertificateFiles, CertificatePart, SignedJson } from "../../contracts/certificate-files.ts";
import type { Verifier } from "../../contracts/signer.ts";
import { canonicalJson, type JsonValue } from "../../core/canonical-json.ts";
import { bytesOf, digestOfSource } from "../../core/byte-source.ts";
import type { Digest } from "../../core/digest.ts";
import { jsonOf } from "../../core/json-of.ts";
import { checkArtifactPaths } from "../../ledger/artifacts/artifact-path.ts";
import { opened } from "../../ledger/artifacts/open-artifact.ts";
import { signatureHolds } from "../../ledger/signed-record.ts";
import { membersOf, type UnknownRecord } from "../../core/is-record.ts";
import { canonicalText } from "../certificates/certificate-format.ts";
import { requireVerifier } from "../certificates/require-verifier.ts";
import type { VersionBody } from "../versions/version-table.ts";
import { verifyBeside } from "../certificates/verify-certificate.ts";

/** The format of a bundle's content: files around a certificate. */
export const bundleFormat = "certified-model";

/** Where the model's own files lie in a bundle. */
export const artifactFolderName = "artifact/";

/** What a bundle's maker signs: every file by its digest. */
export interface BundleManifest {
  readonly kind: "certified-model";
  readonly schema: 1;
  readonly certificate: Digest;
  /** The format of the artifact. */
  readonly artifactFormat: string;
  readonly exportedAtMs: number;
  readonly actor: string;
  readonly reason: string;
  readonly files: readonly (ArtifactFile & Partial<Pick<ScannedFile, "mediaType">>)[];
}

/** What verifying a bundle answers. */
export type BundleVerdict =
  | {
      readonly valid: true;
      readonly certificate: PromotionCertificate;
      /** The version as its workspace signed it. */
      readonly record: VersionBody;
      readonly artifact: ArtifactContent;
      /** What of the certificate was looked at. */
      readonly checked: readonly CertificatePart[];
    }
  | { readonly valid: false; readonly part: CertificatePart | "bundle"; readonly reason: string };

/** A file of a bundle that holds JSON. */
export function jsonFile(path: string, value: unknown): ArtifactContent["files"][number] {
  return { path, bytes: new TextEncoder().encode(canonicalJson(jsonOf(value))) };
}

/**
 * Verifies an exported version by its files and pinned keys alone: that its maker signed every file and no other is there, the certificate, and everything beside it. The
 * keys that lie in the bundle are never believed. Nothing is thrown for what the files hold.
 *
 * @example
 * ```ts
 * import { verifyBundle } from "sluice/registry";
 * const verdict = await verifyBundle({ format: "certified-model", files: [] }, { verify: async () => false });
 * if (verdict.valid) throw new Error("an empty folder was accepted");
 * console.log(verdict.reason);
 * ```
 */
export async function verifyBundle(content: ArtifactContent, verifier: Verifier): Promise<BundleVerdict> {
  requireVerifier("verifyBundle()", verifier);
  if (!Array.isArray(content?.files)) return { valid: false, part: "bundle", reason: "it holds no list of files" };
  const verdict = await verdictOn(opened(content), verifier);
  if (!verdict.valid) return verdict;
  const artifact = { format: verdict.artifact.format, files: withoutFolder(content.files) };
  return { ...verdict, artifact };
}

/** What verifying a bundle answers whose files are read a part at a time: the artifact's have the digests that were verified. */
export type OpenBundleVerdict =
  | (Omit<Extract<BundleVerdict, { readonly valid: true }>, "artifact"> & { readonly artifact: OpenArtifact })
  | Extract<BundleVerdict, { readonly valid: false }>;

/**
 * As {@link verifyBundle}, of files that are read a part at a time: of an exported version of any size a few MiB are in memory. Errors: those of reading.
 *
 * @example
 * ```ts
 * import { sourceOf } from "sluice/core";
 * import { openArchive } from "sluice/ledger";
 * import { verifyOpenBundle } from "sluice/registry";
 * const bundle = await openArchive(sourceOf(new Uint8Array(1024)), { format: "certified-model" });
 * const verdict = await verifyOpenBundle(bundle, { verify: async () => false });
 * if (verdict.valid) throw new Error("an empty archive was accepted");
 * console.log(verdict.reason);
 * ```
 */
export async function verifyOpenBundle(
  content: ArtifactContent | OpenArtifact,
  verifier: Verifier,
): Promise<OpenBundleVerdict> {
  requireVerifier("verifyOpenBundle()", verifier);
  if (!Array.isArray(content?.files)) return { valid: false, part: "bundle", reason: "it holds no list of files" };
  return await verdictOn(opened(content), verifier);
}

async function verdictOn(content: OpenArtifact, verifier: Verifier): Promise<OpenBundleVerdict> {
  const records = await recordsOf(content);
  const manifest = await signedManifest(records, verifier);
  if (typeof manifest === "string") return { valid: false, part: "bundle", reason: manifest };
  const fault = namesFault(content);
  if (fault !== undefined) return { valid: false, part: "bundle", reason: fault };
  const verified = await verifiedFiles(content, manifest);
  if (typeof verified === "string") return { valid: false, part: "bundle", reason: verified };
  const artifact = { format: manifest.artifactFormat, files: withoutFolder(verified) };
  const certificate = jsonIn(records, "certificate.json");
  const beside = { ...recordsBeside(records), artifact };
  const missing = (["version", "evidence", "policy", "approvals", "inclusion"] as const).find(
    (part) => beside[part] === undefined,
  );
  if (missing !== undefined) return { valid: false, part: missing, reason: `${missing} is not in the bundle` };
  const verdict = await verifyBeside(certificate, verifier, beside);
  if (!verdict.valid) return verdict;
  if (!isCertificate(certificate) || certificate.digest !== manifest.certificate)
    return { valid: false, part: "bundle", reason: "the manifest names another certificate" };
  const record: unknown = beside.version?.body;
  if (!isVersionBody(record)) return { valid: false, part: "version", reason: "the version's record is none" };
  return { valid: true, certificate, record, artifact, checked: verdict.checked };
}

function withoutFolder<F extends { readonly path: string }>(files: readonly F[]): readonly F[] {
  return files
    .filter(({ path }) => path.startsWith(artifactFolderName))
    .map((file) => ({ ...file, path: file.path.slice(artifactFolderName.length) }));
}

/** Verified by {@link verifyBeside} where it is asked. */
function isCertificate(value: unknown): value is PromotionCertificate {
  return typeof membersOf(value)["digest"] === "string";
}

/** Verified by {@link verifyBeside} as well; what that does not ask for is looked at here. */
function isVersionBody(value: unknown): value is VersionBody {
  const { kind, files = [], run } = membersOf(value);
  const { startedBy = [] } = membersOf(run);
  return (
    kind === "model-version" &&
    everyOne(files, ({ path, mediaType }) => typeof path === "string" && typeof mediaType === "string") &&
    everyOne(startedBy, ({ names }) => Array.isArray(names) && names.every((name) => typeof name === "string"))
  );
}

function everyOne(list: unknown, holds: (members: UnknownRecord) => boolean): boolean {
  return Array.isArray(list) && list.every((one) => holds(membersOf(one)));
}

async function signedManifest(
  files: ReadonlyMap<string, Uint8Array>,
  verifier: Verifier,
): Promise<BundleManifest | string> {
  const { body, keyId, signature } = membersOf(jsonIn(files, "bundle.json"));
  const { kind, schema } = membersOf(body);
  if (kind !== "certified-model" || typeof schema !== "number") return "there is no bundle.json of an exported version";
  if (schema !== 1) return `its format is ${schema}, this code reads format 1: use a newer version of the library`;
  const text = canonicalText(body);
  const signed =
    text !== undefined && typeof keyId === "string" && typeof signature === "string"
      ? await signatureHolds(verifier, { body: text, key_id: keyId, signature })
      : false;
  if (!signed) return `bundle.json does not carry the signature of a pinned key (key ${JSON.stringify(keyId)})`;
  // It says no instant that could be believed: a key that has ended exports nothing.
  if (typeof keyId === "string" && verifier.endsAtMs?.(keyId) !== undefined)
    return `bundle.json is signed by key "${keyId}", which has ended`;
  return isManifest(body) ? body : "bundle.json lacks what a bundle says";
}

function isManifest(value: unknown): value is BundleManifest {
  const { files, certificate, artifactFormat } = membersOf(value);
  return Array.isArray(files) && typeof certificate === "string" && typeof artifactFormat === "string";
}

function namesFault({ files }: OpenArtifact): string | undefined {
  try {
    checkArtifactPaths(files.map(({ path }) => path));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The files around the artifact, which are small: what is larger is none that was exported. */
async function recordsOf({ files }: OpenArtifact): Promise<ReadonlyMap<string, Uint8Array>> {
  const records = new Map<string, Uint8Array>();
  for (const file of files)
    if (recordNames.has(file.path) && file.sizeBytes <= mostRecordBytes) records.set(file.path, await bytesOf(file));
  return records;
}

const mostRecordBytes = 64 * 2 ** 20;
const recordNames: ReadonlySet<string> = new Set(
  ["bundle", "certificate", "records", "evidence", "policy", "inclusion"].map((name) => `${name}.json`),
);

/** The files with the digests that their bytes have, which are those that were signed; or what differs. */
async function verifiedFiles(
  { files }: OpenArtifact,
  manifest: BundleManifest,
): Promise<readonly (OpenArtifactFile & { readonly digest: Digest })[] | string> {
  const signed = new Map(manifest.files.map((file) => [file.path, file]));
  const verified: (OpenArtifactFile & { readonly digest: Digest })[] = [];
  for (const file of files) {
    if (file.path === "bundle.json") continue;
    const expected = signed.get(file.path);
    if (expected === undefined) return `the file "${file.path}" is none of those that were exported`;
    const digest = await digestOfSource(file);
    if (digest !== expected.digest)
      return `the file "${file.path}" was changed: it is ${digest}, not ${expected.digest}`;
    signed.delete(file.path);
    verified.push({ ...file, digest });
  }
  const [gone] = signed.keys();
  return gone === undefined ? verified : `the file "${gone}" is not there`;
}

/** What of a certificate lies in the files around it. */
export function recordsBeside(files: ReadonlyMap<string, Uint8Array>): Omit<CertificateFiles, "artifact"> {
  const { version, approvals, evaluation } = membersOf(jsonIn(files, "records.json"));
  const { statement, report } = membersOf(evaluation);
  const inclusion = jsonIn(files, "inclusion.json");
  const [evidence, policy] = ["evidence.json", "policy.json"].map((path) => textIn(files, path));
  return {
    ...(isSignedJson(version) && { version }),
    ...(Array.isArray(approvals) && { approvals: approvals.filter(isSignedJson) }),
    ...(isSignedJson(statement) && isJson(report) && { evaluation: { statement, report } }),
    ...(typeof inclusion === "object" && inclusion !== null && { inclusion }),
    ...(evidence !== undefined && { evidence }),
    ...(policy !== undefined && { policy }),
  };
}

function isSignedJson(value: unknown): value is SignedJson {
  const { body, keyId, signature } = membersOf(value);
  return isJson(body) && typeof keyId === "string" && typeof signature === "string";
}

function isJson(value: unknown): value is JsonValue {
  return canonicalText(value) !== undefined;
}

function textIn(files: ReadonlyMap<string, Uint8Array>, path: string): string | undefined {
  const bytes = files.get(path);
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
}

function jsonIn(files: ReadonlyMap<string, Uint8Array>, path: string): unknown {
  try {
    return JSON.parse(textIn(files, path) ?? "");
  } catch {
    return undefined;
  }
}
