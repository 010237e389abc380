import type { CheckOutcome } from "../contracts/check.ts";
import { canonicalJson, type JsonValue } from "../core/canonical-json.ts";
import type { CellTag } from "../core/cell-type.ts";
import { type Digest, digestOf } from "../core/digest.ts";
import { SluiceError } from "../core/errors.ts";

/** The version of the manifest format written here. */
export const manifestFormat: 1 = 1;

/** A part of a version: some of its rows, as a blob. */
export interface ManifestPart {
  readonly digest: Digest;
  readonly rows: number;
}

/** What a dataset version is: its digest is the version's name. It holds no time and no id, so that equal content has an equal version. */
export interface Manifest {
  readonly format: number;
  readonly dataset: string;
  readonly schemaDigest: Digest;
  readonly columns: readonly { readonly name: string; readonly tag: CellTag; readonly nullable: boolean }[];
  readonly parent: Digest | null;
  readonly rows: number;
  readonly parts: readonly ManifestPart[];
  /** The verdicts of the checks on the rows that this version added. */
  readonly checks: readonly CheckOutcome[];
}

/** A manifest's bytes, in canonical JSON, and their digest. */
export function encodeManifest(manifest: Manifest): { readonly bytes: Uint8Array; readonly digest: Digest } {
  const bytes = new TextEncoder().encode(canonicalJson(manifestJson(manifest)));
  return { bytes, digest: digestOf(bytes) };
}

function manifestJson(manifest: Manifest): JsonValue {
  return {
    ...manifest,
    columns: manifest.columns.map((column) => ({ ...column })),
    parts: manifest.parts.map((part) => ({ ...part })),
    checks: manifest.checks.map((check) => ({ ...check, columns: [...check.columns] })),
  };
}

/** The manifest in verified bytes. Throws `data/malformed-source` for a newer format. */
export function decodeManifest(bytes: Uint8Array): Manifest {
  const manifest: Manifest = JSON.parse(new TextDecoder().decode(bytes));
  if (manifest.format === manifestFormat) return manifest;
  throw new SluiceError("data/malformed-source", {
    found: `a manifest of format ${manifest.format}`,
    expected: `format ${manifestFormat}`,
    fix: "Read this workspace with the version of the library that wrote it.",
  });
}
