import type { ArtifactContent } from "../../../contracts/artifact.ts";
import { SluiceError } from "../../../core/errors.ts";
import { checkArtifactPaths } from "../artifact-path.ts";
import { encodePaxPath } from "./pax-records.ts";
import { blockBytes, encodeHeader, mostFileBytes, mostNameBytes } from "./tar-header.ts";

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
  const entries = [...files].sort((a, b) => (a.path < b.path ? -1 : 1)).flatMap(partsOf);
  const size = entries.reduce((sum, { length }) => sum + padded(length), 0);
  const archive = new Uint8Array(size + 2 * blockBytes);
  let at = 0;
  for (const part of entries) {
    archive.set(part, at);
    at += padded(part.length);
  }
  return archive;
}

function partsOf({ path, bytes }: ArtifactContent["files"][number]): readonly Uint8Array[] {
  if (bytes.length > mostFileBytes) throw tooLarge(path, bytes.length);
  const isPlain = path.length <= mostNameBytes && /^[\x20-\x7e]*$/.test(path);
  // For readers that know no extended headers.
  const name = path.replaceAll(/[^\x20-\x7e]/g, "_").slice(0, mostNameBytes);
  const before = isPlain ? [] : extended(path);
  return [...before, encodeHeader({ name, type: "0", sizeBytes: bytes.length }), bytes];
}

function extended(path: string): readonly Uint8Array[] {
  const records = encodePaxPath(path);
  return [encodeHeader({ name: "extended", type: "x", sizeBytes: records.length }), records];
}

function padded(length: number): number {
  return Math.ceil(length / blockBytes) * blockBytes;
}

function tooLarge(path: string, bytes: number): SluiceError {
  return new SluiceError("artifact/too-large", {
    found: `"${path}" of ${bytes} bytes`,
    expected: `at most ${mostFileBytes} bytes in a file of a tar`,
    fix: "Export into a folder: name a path that does not end with .tar.",
  });
}
