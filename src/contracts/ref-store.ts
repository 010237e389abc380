import type { Digest } from "../core/digest.ts";

/** A name and the digest that it stands for. */
export interface Ref {
  readonly name: string;
  readonly digest: Digest;
}

/** What differs between engines of refs. */
export interface RefCapabilities {
  /** Refs survive the end of the process. */
  readonly durable: boolean;
}

/**
 * Names that point to digests and move by compare-and-set: the little that must change where all else is content-addressed. A name is one or more
 * words of letters, digits and `._-` with slashes between them, at most 512 characters; another is `argument/invalid`.
 */
export interface RefStore {
  readonly capabilities: RefCapabilities;
  /** What a name stands for; undefined where there is no such ref. Errors: `ref/corrupt`, `io/failed`. */
  read(name: string): Promise<Digest | undefined>;
  /**
   * Moves a ref from one digest to another, durably, if it stands for `expected` at that instant; `undefined` expects that there is none. Answers
   * whether it moved: of writers that expect the same and set different digests, exactly one is told true. Errors: `ref/corrupt`, `io/failed`.
   */
  compareAndSet(name: string, expected: Digest | undefined, next: Digest): Promise<boolean>;
  /** Removes a ref whatever it stands for; removing an unknown one is no error. Errors: `io/failed`. */
  delete(name: string): Promise<void>;
  /** Every ref whose name begins with `start`, ordered by name; the empty string asks for all. Errors: `ref/corrupt`, `io/failed`. */
  list(start: string): AsyncIterable<Ref>;
}
