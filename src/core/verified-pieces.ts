import { type ByteSource, piecesOf } from "./byte-source.ts";
import type { Digest } from "./digest.ts";
import { SluiceError } from "./errors.ts";
import { startSha256 } from "./platform.ts";

/** A file that is read a part at a time, with the digest that its bytes must have where it is known. */
export interface NamedSource extends ByteSource {
  readonly path: string;
  readonly digest?: Digest;
}

/** All bytes of a file, a few MiB at a time. Errors: `artifact/corrupt` at its end, where they are not what its digest says; those of reading. */
export async function* verifiedPieces(file: NamedSource): AsyncGenerator<Uint8Array> {
  const hash = startSha256();
  for await (const piece of piecesOf(file)) {
    hash.update(piece);
    yield piece;
  }
  if (file.digest !== undefined && file.digest !== `sha256:${hash.hex()}`) throw changedFile(file.path);
}

/** The error for a file that was another one when it was looked at. */
export function changedFile(path: string): SluiceError {
  return new SluiceError("artifact/corrupt", {
    found: `the file "${path}" with other bytes than when it was verified`,
    expected: "a file that nobody changes while it is read",
    fix: "Call again once nothing writes to it.",
  });
}
