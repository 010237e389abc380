import type { ArtifactContent, OpenArtifact } from "../../../contracts/artifact.ts";
import { SluiceError } from "../../../core/errors.ts";
import { verifiedPieces } from "../../../core/verified-pieces.ts";
import { checkArtifactPaths } from "../artifact-path.ts";
import { encodePaxPath } from "./pax-records.ts";
import { blockBytes, encodeHeader, filledBytes, mostFileBytes, mostNameBytes } from "./tar-header.ts";

/**
 * An artifact's files as one file: an uncompressed tar (ustar; a longer name, or one that is not ASCII, in an extended header of POSIX.1-2001), in the order of
 * their names, without times, owners and modes of a machine. The same files give the same bytes. The format is not in it.
 *
 * Errors: `artifact/invalid-name`; `artifact/too-large` for a file of 8 GiB or more.
 *
 * @example
 * ```ts
 * import { packArtifact, unpackArtifact } from "sluice/ledger";
 * const files = [{ path: "model.json", bytes: new TextEncoder().encode("{}") }];
 * const tar = packArtifact({ format: "json", files });
 * if (unpackArtifact(tar, { format: "json" }).files[0]?.path !== "model.json") throw new Error("one file expected");
 * ```
 */
export function packArtifact({ files }: ArtifactContent): Uint8Array {
  checkArtifactPaths(files.map(({ path }) => path));
  const parts = inOrder(files).flatMap(({ path, bytes }) => [...headersOf(path, bytes.length), bytes]);
  const archive = new Uint8Array(parts.reduce((sum, { length }) => sum + filledBytes(length), endBytes));
  let at = 0;
  for (const part of parts) {
    archive.set(part, at);
    at += filledBytes(part.length);
  }
  return archive;
}

/**
 * As {@link packArtifact}, of files that are read a part at a time: the same bytes, a few MiB of them in memory. Errors: as there; `artifact/corrupt` for a file that is not what its
 * digest says, once it has been read; those of reading.
 *
 * @example
 * ```ts
 * import { sourceOf } from "sluice/core";
 * import { packedPieces } from "sluice/ledger";
 * const file = { path: "model.json", ...sourceOf(new TextEncoder().encode("{}")) };
 * let bytes = 0;
 * for await (const piece of packedPieces({ format: "json", files: [file] })) bytes += piece.length;
 * if (bytes % 512 !== 0) throw new Error("a tar is made of blocks");
 * ```
 */
export async function* packedPieces({ files }: OpenArtifact): AsyncGenerator<Uint8Array> {
  checkArtifactPaths(files.map(({ path }) => path));
  for (const file of inOrder(files)) {
    for (const header of headersOf(file.path, file.sizeBytes)) yield* inBlocks(header);
    yield* verifiedPieces(file);
    yield new Uint8Array(filledBytes(file.sizeBytes) - file.sizeBytes);
  }
  yield new Uint8Array(endBytes);
}

/** Two blocks of zeros. */
const endBytes = 2 * blockBytes;

function* inBlocks(bytes: Uint8Array): Generator<Uint8Array> {
  yield bytes;
  yield new Uint8Array(filledBytes(bytes.length) - bytes.length);
}

function inOrder<F extends { readonly path: string }>(files: readonly F[]): readonly F[] {
  return [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** What stands in front of a file's bytes. */
function headersOf(path: string, sizeBytes: number): readonly Uint8Array[] {
  if (sizeBytes > mostFileBytes) throw tooLarge(path, sizeBytes);
  const isPlain = path.length <= mostNameBytes && /^[\x20-\x7e]*$/.test(path);
  // For readers that know no extended headers.
  const name = path.replaceAll(/[^\x20-\x7e]/g, "_").slice(0, mostNameBytes);
  const before = isPlain ? [] : extended(path);
  return [...before, encodeHeader({ name, type: "0", sizeBytes })];
}

function extended(path: string): readonly Uint8Array[] {
  const records = encodePaxPath(path);
  return [encodeHeader({ name: "extended", type: "x", sizeBytes: records.length }), records];
}

function tooLarge(path: string, bytes: number): SluiceError {
  return new SluiceError("artifact/too-large", {
    found: `"${path}" of ${bytes} bytes`,
    expected: `at most ${mostFileBytes} bytes in a file of a tar`,
    fix: "Export into a folder: name a path that does not end with .tar.",
  });
}
