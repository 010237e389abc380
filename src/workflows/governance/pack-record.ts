import type { Digest } from "../../core/digest.ts";

/** A file of an audit pack. */
export interface PackFile {
  /** Relative, with forward slashes; letters, digits, `-`, `_`, `.` and `@` alone between them. */
  readonly path: string;
  readonly text: string;
}

/** A file of an audit pack as it is written: its text comes in pieces, each made when it is asked for. */
export interface PackStream {
  /** As of a {@link PackFile}. */
  readonly path: string;
  readonly pieces: AsyncIterable<string> | Iterable<string>;
}

/** What the manifest says of a file. */
export interface PackEntry {
  readonly path: string;
  readonly digest: Digest;
  readonly sizeBytes: number;
}

/** The manifest of an audit pack: every other file of it, by digest. */
export interface PackManifest {
  readonly kind: "audit-pack";
  readonly schema: 1;
  readonly models: readonly string[];
  /** Epoch milliseconds, as the caller said. */
  readonly madeAtMs: number;
  /** The log that it was made from. */
  readonly log: {
    readonly events: number;
    readonly head: Digest | null;
    readonly verified: boolean;
    readonly fault: string | null;
  };
  readonly files: readonly PackEntry[];
}

/** An audit pack: files to be written, the manifest among them, last. Printing it shows what is in it. */
export interface AuditPack {
  readonly manifest: PackManifest;
  readonly files: readonly PackFile[];
}
