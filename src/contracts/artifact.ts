import type { ByteSource } from "../core/byte-source.ts";
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
  readonly files: readonly ArtifactContentFile[];
}

/** One file of an artifact in memory. */
export interface ArtifactContentFile {
  readonly path: string;
  readonly bytes: Uint8Array;
  /**
   * The host's word of what it is, as `text/csv`: kept with a version that is registered with it, where the bytes show no format of their own. It is
   * no part of the artifact. @default what the bytes show, and for a text its name
   */
  readonly mediaType?: string;
}

/** An artifact whose files are read a part at a time, so that they need not fit in memory. */
export interface OpenArtifact {
  readonly format: string;
  readonly files: readonly OpenArtifactFile[];
}

/** A stored artifact whose files are read a part at a time. */
export interface StoredArtifact extends OpenArtifact {
  readonly files: readonly (OpenArtifactFile & ArtifactFile)[];
}

/** One file of an {@link OpenArtifact}. */
export interface OpenArtifactFile extends ByteSource {
  readonly path: string;
  /** As of an {@link ArtifactContentFile}. */
  readonly mediaType?: string;
  /** What its bytes must be: who reads all of them compares. @default unknown */
  readonly digest?: Digest;
}

/** Stores artifacts as blobs and reads them back verified. */
export interface ArtifactStore {
  /** Errors: `artifact/invalid-name` (absolute path, `..`, backslash, NUL, empty, doubled name). */
  put(content: ArtifactContent): Promise<Artifact>;
  /** As `put`, of files that are read a few MiB at a time. Errors: as `put`; `artifact/corrupt` for a file that is not what its digest says. @default the files are gathered, and put */
  putFrom?(content: OpenArtifact): Promise<Artifact>;
  /** Errors: `artifact/not-found`, `artifact/corrupt`, naming the file. */
  get(digest: Digest): Promise<ArtifactContent>;
  /** As `get`, of files that are to be read a part at a time. Each was read once and is what its digest says. Errors: as `get`. @default they are got, and held */
  open?(digest: Digest): Promise<StoredArtifact>;
}
