import type { CheckOutcome } from "../../contracts/check.ts";
import { canonicalJson, type JsonValue } from "../../core/canonical-json.ts";
import type { CellTag } from "../../core/cell-type.ts";
import { type Digest, digestOf } from "../../core/digest.ts";
import type { Codec } from "../../core/platform.ts";
import { storedOutcomes } from "../checks/stored-outcomes.ts";

/** The version of the manifest format written here. */
export const manifestFormat: 2 = 2;

/** One column of a part, as stored bytes. */
export interface ManifestChunk {
  /** Of the column's bytes before compression: equal cells have an equal digest. */
  readonly digest: Digest;
  /** The column's bytes before compression. */
  readonly bytes: number;
  /** The blob that holds it, beside others. */
  readonly blob: Digest;
  /** Where it begins in the blob. */
  readonly offset: number;
  /** How many bytes of the blob it takes. */
  readonly storedBytes: number;
  readonly compression: Codec | "none";
}

/** A part of a version: some consecutive rows. */
export interface ManifestPart {
  /** What the part is, wherever it lies: equal rows in equal columns have an equal digest. */
  readonly digest: Digest;
  readonly rows: number;
  /** Its columns, in the manifest's order. */
  readonly columns: readonly ManifestChunk[];
}

/** Some consecutive parts of a version, as stored: versions that have them in common share the page. */
export interface ManifestPage {
  readonly digest: Digest;
  readonly parts: number;
  readonly blob: Digest;
  readonly offset: number;
  readonly bytes: number;
}

/** What a dataset version says beside its parts. */
export interface ManifestHeader {
  readonly format: number;
  readonly dataset: string;
  readonly schemaDigest: Digest;
  readonly columns: readonly { readonly name: string; readonly tag: CellTag; readonly nullable: boolean }[];
  readonly parent: Digest | null;
  readonly rows: number;
  /** The verdicts of the checks on the rows that this version added. */
  readonly checks: readonly CheckOutcome[];
}

/** What a dataset version is. It holds no time and no id, so that equal content has an equal version. */
export interface ManifestContent extends ManifestHeader {
  readonly parts: readonly ManifestPart[];
}

/** A stored {@link ManifestContent}: where it lies does not count for the version's name. */
export interface Manifest extends ManifestContent {
  /** The blob that the manifest was read from. */
  readonly blob: Digest;
  readonly pages: readonly ManifestPage[];
}

/** The digest of a part of some columns' chunks. */
export function partDigest(rows: number, columns: readonly { readonly digest: Digest }[]): Digest {
  return digestOf(`${rows}\n${columns.map(({ digest }) => digest).join("\n")}`);
}

/** The digest of a sequence of parts. */
export function contentDigest(parts: readonly { readonly digest: Digest }[]): Digest {
  return digestOf(parts.map(({ digest }) => digest).join("\n"));
}

/** The name of the version of a header and the digest of its parts: the digest of their canonical JSON. */
export function versionDigest(header: ManifestHeader, content: Digest): Digest {
  return digestOf(canonicalJson({ ...headerJson(header), content }));
}

/** The members of a header alone, as JSON. */
export function headerJson(header: ManifestHeader): { readonly [key: string]: JsonValue } {
  const { format, dataset, schemaDigest, columns, parent, rows, checks } = header;
  return {
    format,
    dataset,
    schemaDigest,
    columns: columns.map((column) => ({ ...column })),
    parent,
    rows,
    checks: storedOutcomes(checks),
  };
}
