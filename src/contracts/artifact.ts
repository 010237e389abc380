import type { Digest } from "../core/digest.ts";

/** One file of an artifact. */
export interface ArtifactFile {
  /** Relative path with forward slashes; never absolute, never with `..`. */
  readonly path: string;
  readonly digest: Digest;
  readonly sizeBytes: number;
}

/** A stored artifact: its digest is that of the canonical JSON of `{schema: 1, format, files}`. */
export interface Artifact {
  readonly digest: Digest;
  readonly format: string;
  readonly files: readonly ArtifactFile[];
}

/** An artifact's bytes in memory. */
export interface ArtifactContent {
  readonly format: string;
  readonly files: readonly { readonly path: string; readonly bytes: Uint8Array }[];
}

/** Stores artifacts as blobs and reads them back verified. */
export interface ArtifactStore {
  /** Errors: `artifact/invalid-name` (absolute path, `..`, backslash, NUL, empty, doubled name). */
  put(content: ArtifactContent): Promise<Artifact>;
  /** Errors: `artifact/not-found`, `artifact/corrupt`, naming the file. */
  get(digest: Digest): Promise<ArtifactContent>;
}
