/** A file of a folder. */
export interface FileEntry {
  /** Relative, with forward slashes. */
  readonly path: string;
  /** Only files are versioned; a link is refused, because what it names lies outside the version. */
  readonly kind: "file" | "link" | "other";
  readonly sizeBytes: number;
  /**
   * Changes whenever the file does (inode, times, size); `undefined` where that cannot be relied on, as in the moment after a change. A file with
   * the stamp it had is not read again.
   */
  readonly stamp: string | undefined;
  /** Its bytes as they are now. */
  read(): Promise<Uint8Array>;
}

/** Where files come from. */
export interface FileSource {
  /** An address without credentials, for lineage and for remembering stamps. */
  readonly uri: string;
  /** The files, in no particular order. Errors: `io/failed`. */
  entries(options?: { readonly signal?: AbortSignal }): AsyncIterable<FileEntry>;
}
