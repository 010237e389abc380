import type { ArtifactFile } from "./artifact.ts";

/**
 * What a file of an artifact can hold against whoever loads it: `pickle` (code that runs when Python reads it), `keras-code` (Lambda layers, classes of
 * other modules), `external-data` (ONNX tensors in files outside the artifact), `archive-bomb` (unpacks to far more than it is), `archive-path` (an
 * archive's entry that leaves its folder, or is a link), `malformed` (not what it says it is, or not to be looked into).
 */
export type ArtifactRisk = "pickle" | "keras-code" | "external-data" | "archive-bomb" | "archive-path" | "malformed";

/** Something found in a file. */
export interface ArtifactFinding {
  /** The file; after `!` the entry of an archive. */
  readonly path: string;
  readonly risk: ArtifactRisk;
  /** What was found, in one sentence. */
  readonly reason: string;
}

/** A file as its bytes show it. */
export interface ScannedFile extends ArtifactFile {
  /**
   * What its bytes show; `application/octet-stream` where they do not tell. In a version's record the host's word, and for a text its name, may say more
   * of what is of no known format.
   */
  readonly mediaType: string;
}

/** What looking at an artifact's bytes has shown; nothing in them was run. */
export interface ArtifactScan {
  readonly files: readonly ScannedFile[];
  /** Risks that were let in (`allow`). */
  readonly findings: readonly ArtifactFinding[];
}

/** What artifacts may hold. */
export interface ArtifactLimits {
  /** Risks to let in; they stay on record as findings. @default none: each is refused */
  readonly allow?: readonly ArtifactRisk[];
  /** Bytes of all files together. @default 8 GiB */
  readonly maxBytes?: number;
  /** Files of an artifact, and entries of one archive. @default 10,000 */
  readonly maxFiles?: number;
  /** Bytes that one archive may unpack to, archives within it included. @default 8 GiB */
  readonly maxUnpackedBytes?: number;
  /** How many times its own size an archive may unpack to, once that is more than 16 MiB. @default 200 */
  readonly maxUnpackRatio?: number;
}
