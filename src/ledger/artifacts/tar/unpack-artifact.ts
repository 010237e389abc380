import type { ArtifactContent } from "../../../contracts/artifact.ts";
import { SluiceError } from "../../../core/errors.ts";
import { checkArtifactPath, checkArtifactPaths } from "../artifact-path.ts";
import { archiveRefused } from "./archive-refused.ts";
import { mostPaxBytes, paxPathIn } from "./pax-records.ts";
import { blockBytes, decodeHeader, isZero, type TarHeader } from "./tar-header.ts";

/** What {@link unpackArtifact} takes. */
export interface UnpackOptions {
  /** The format that the artifact is to have, as in `certified-model`. */
  readonly format: string;
  /** The most files; folders count as files. @default 10,000 */
  readonly maxFiles?: number;
}

/**
 * The files of an uncompressed tar (ustar, with extended headers of POSIX.1-2001), as `export` and `tar --format=pax` write it. Nothing is written anywhere: files are views of the
 * bytes. Refused is whatever is not a plain file or a folder (links, devices, sparse files, headers that change what others say), a name that leaves the
 * folder or collides with another, a size that does not fit, and an archive that does not end as it should.
 *
 * Errors: `artifact/refused`, which names the entry; `artifact/invalid-name`; `artifact/too-large`.
 *
 * @example
 * ```ts
 * import { unpackArtifact } from "sluice/ledger";
 * const { files } = unpackArtifact(new Uint8Array(1024), { format: "certified-model" });
 * if (files.length !== 0) throw new Error("two blocks of zeros are an empty archive");
 * ```
 */
export function unpackArtifact(given: Uint8Array, { format, maxFiles = 10_000 }: UnpackOptions): ArtifactContent {
  // Views of a Buffer would be Buffers.
  const archive = new Uint8Array(given.buffer, given.byteOffset, given.byteLength);
  const files: { readonly path: string; readonly bytes: Uint8Array }[] = [];
  let entries = 0;
  let extended: ExtendedHeader | undefined;
  for (let at = 0; ; ) {
    const where = `entry ${entries + 1}`;
    const block = archive.subarray(at, at + blockBytes);
    if (block.length < blockBytes) throw archiveRefused("malformed", where, "no end: the archive is cut off");
    if (isZero(block)) {
      if (extended !== undefined) throw archiveRefused("malformed", where, "an extended header of nothing");
      requireEnd(archive.subarray(at), where);
      break;
    }
    const header = decodeHeader(block, where);
    const bytes = contentAt(archive, at + blockBytes, header);
    if (header.type === "x") extended = extendedHeader(header, bytes, extended);
    else {
      entries += 1;
      if (entries > maxFiles) throw tooMany(maxFiles);
      const path = (extended?.path ?? header.name).replace(/^\.\//, "");
      if (isFile(header, path)) files.push({ path, bytes });
      extended = undefined;
    }
    at += blockBytes + Math.ceil(header.sizeBytes / blockBytes) * blockBytes;
  }
  checkArtifactPaths(files.map(({ path }) => path));
  return { format, files: files.sort((a, b) => (a.path < b.path ? -1 : 1)) };
}

function contentAt(archive: Uint8Array, start: number, { name, sizeBytes }: TarHeader): Uint8Array {
  const end = start + sizeBytes;
  if (end > archive.length)
    throw archiveRefused("malformed", name, `${sizeBytes} bytes, of which ${archive.length - start} are there`);
  const filled = archive.subarray(end, start + Math.ceil(sizeBytes / blockBytes) * blockBytes);
  if (!isZero(filled)) throw archiveRefused("malformed", name, "bytes behind its end");
  return archive.subarray(start, end);
}

/** What an extended header says of the entry after it. */
interface ExtendedHeader {
  readonly path: string | undefined;
}

function extendedHeader(
  { name, sizeBytes }: TarHeader,
  bytes: Uint8Array,
  before: ExtendedHeader | undefined,
): ExtendedHeader {
  if (before !== undefined || sizeBytes > mostPaxBytes)
    throw archiveRefused("malformed", name, "an extended header of another, or of more than 64 KiB");
  return { path: paxPathIn(bytes, name) };
}

/** Whether an entry is a file: a folder is not, and everything else is refused. */
function isFile({ type, sizeBytes }: TarHeader, path: string): boolean {
  if (type === "0") return true;
  if (type !== "5")
    throw archiveRefused(
      "archive-path",
      path,
      `${kinds.get(type) ?? `an entry of type ${JSON.stringify(type)}`}, and no file`,
    );
  if (sizeBytes !== 0) throw archiveRefused("malformed", path, "a folder with content of its own");
  const folder = path.replace(/\/$/, "");
  if (folder !== "" && folder !== ".") checkArtifactPath(folder);
  return false;
}

const kinds: ReadonlyMap<string, string> = new Map([
  ["1", "a hard link"],
  ["2", "a symbolic link"],
  ["3", "a character device"],
  ["4", "a block device"],
  ["6", "a pipe"],
]);

function requireEnd(rest: Uint8Array, where: string): void {
  if (rest.length < 2 * blockBytes) throw archiveRefused("malformed", where, "half an end: the archive is cut off");
  if (!isZero(rest)) throw archiveRefused("malformed", where, "content after its end");
}

function tooMany(maxFiles: number): SluiceError {
  return new SluiceError("artifact/too-large", {
    found: `an archive of more than ${maxFiles} entries`,
    expected: `at most ${maxFiles}`,
    fix: "Leave out what the model does not need, or raise `maxFiles`.",
  });
}
