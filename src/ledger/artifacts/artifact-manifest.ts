import { isRecord } from "../../core/is-record.ts";
import type { Artifact, ArtifactFile } from "../../contracts/artifact.ts";
import { canonicalJson } from "../../core/canonical-json.ts";
import type { Digest } from "../../core/digest.ts";
import { digestOf, isDigest } from "../../core/digest.ts";

/** What an artifact is by: its format, and its files in the order of their names. */
export interface ArtifactManifest {
  readonly format: string;
  readonly files: readonly ArtifactFile[];
}

/** The stored bytes of a manifest: canonical JSON, files ordered by name, so that equal content has equal bytes. */
export function encodeManifest(manifest: ArtifactManifest): {
  readonly bytes: Uint8Array;
  readonly artifact: Artifact;
} {
  const files = manifest.files
    .map(({ path, digest, sizeBytes }) => ({ path, digest, sizeBytes }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  const bytes = new TextEncoder().encode(canonicalJson({ schema: 1, format: manifest.format, files }));
  return { bytes, artifact: { digest: digestOf(bytes), format: manifest.format, files } };
}

/** Reads a manifest's bytes; `undefined` when they are not exactly a manifest in its canonical form. */
export function decodeManifest(bytes: Uint8Array, digest: Digest): ArtifactManifest | undefined {
  const parsed = parse(bytes);
  if (!isRecord(parsed) || typeof parsed["format"] !== "string" || !Array.isArray(parsed["files"])) return undefined;
  const files: readonly unknown[] = parsed["files"];
  if (!files.every(isFile)) return undefined;
  const manifest = { format: parsed["format"], files };
  return encodeManifest(manifest).artifact.digest === digest ? manifest : undefined;
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    // Not UTF-8 or not JSON: the caller says which artifact it was.
    return undefined;
  }
}

function isFile(value: unknown): value is ArtifactFile {
  return (
    isRecord(value) &&
    typeof value["path"] === "string" &&
    typeof value["digest"] === "string" &&
    isDigest(value["digest"]) &&
    typeof value["sizeBytes"] === "number"
  );
}
