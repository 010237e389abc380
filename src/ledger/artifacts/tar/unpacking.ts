import { SluiceError } from "../../../core/errors.ts";
import { checkArtifactPath, checkArtifactPaths } from "../artifact-path.ts";
import { archiveRefused } from "./archive-refused.ts";
import { mostPaxBytes, paxPathIn } from "./pax-records.ts";
import { blockBytes, decodeHeader, filledBytes, isZero, type TarHeader } from "./tar-header.ts";

/** A range of an archive's bytes: `[from, to)`. */
export interface ArchiveRange {
  readonly from: number;
  readonly to: number;
}

/** Where a file of an archive lies. */
export interface PackedFile extends ArchiveRange {
  readonly path: string;
}

/**
 * Reads where the files of a tar lie, without their bytes: it asks for a range, is given its bytes, and answers the files in the order of their names. So the
 * same rules hold for an archive in memory and for one that is read a part at a time. Errors: as `unpackArtifact`.
 */
export function* unpacking(
  sizeBytes: number,
  maxFiles: number,
): Generator<ArchiveRange, readonly PackedFile[], Uint8Array> {
  const files: PackedFile[] = [];
  let entries = 0;
  let extended: ExtendedHeader | undefined;
  for (let at = 0; ; ) {
    const where = `entry ${entries + 1}`;
    if (at + blockBytes > sizeBytes) throw archiveRefused("malformed", where, "no end: the archive is cut off");
    const block = yield { from: at, to: at + blockBytes };
    if (isZero(block)) {
      if (extended !== undefined) throw archiveRefused("malformed", where, "an extended header of nothing");
      yield* requireEnd(at, sizeBytes, where);
      break;
    }
    const header = decodeHeader(block, where);
    const content = yield* contentAt(at + blockBytes, sizeBytes, header);
    if (header.type === "x") extended = yield* extendedHeader(header, content, extended);
    else {
      entries += 1;
      if (entries > maxFiles) throw tooMany(maxFiles);
      const path = (extended?.path ?? header.name).replace(/^\.\//, "");
      if (isFile(header, path)) files.push({ path, ...content });
      extended = undefined;
    }
    at += blockBytes + filledBytes(header.sizeBytes);
  }
  checkArtifactPaths(files.map(({ path }) => path));
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function* contentAt(
  from: number,
  archiveBytes: number,
  { name, sizeBytes }: TarHeader,
): Generator<ArchiveRange, ArchiveRange, Uint8Array> {
  const to = from + sizeBytes;
  if (to > archiveBytes)
    throw archiveRefused("malformed", name, `${sizeBytes} bytes, of which ${archiveBytes - from} are there`);
  const filled = yield { from: to, to: Math.min(archiveBytes, from + filledBytes(sizeBytes)) };
  if (!isZero(filled)) throw archiveRefused("malformed", name, "bytes behind its end");
  return { from, to };
}

/** What an extended header says of the entry after it. */
interface ExtendedHeader {
  readonly path: string | undefined;
}

function* extendedHeader(
  { name, sizeBytes }: TarHeader,
  content: ArchiveRange,
  before: ExtendedHeader | undefined,
): Generator<ArchiveRange, ExtendedHeader, Uint8Array> {
  if (before !== undefined || sizeBytes > mostPaxBytes)
    throw archiveRefused("malformed", name, "an extended header of another, or of more than 64 KiB");
  return { path: paxPathIn(yield content, name) };
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

function* requireEnd(at: number, sizeBytes: number, where: string): Generator<ArchiveRange, void, Uint8Array> {
  if (sizeBytes - at < 2 * blockBytes) throw archiveRefused("malformed", where, "half an end: the archive is cut off");
  for (let from = at; from < sizeBytes; from += mostZeroBytes) {
    const rest = yield { from, to: Math.min(sizeBytes, from + mostZeroBytes) };
    if (!isZero(rest)) throw archiveRefused("malformed", where, "content after its end");
  }
}

/** So much of what follows the end is read at once. */
const mostZeroBytes = 65_536;

function tooMany(maxFiles: number): SluiceError {
  return new SluiceError("artifact/too-large", {
    found: `an archive of more than ${maxFiles} entries`,
    expected: `at most ${maxFiles}`,
    fix: "Leave out what the model does not need, or raise `maxFiles`.",
  });
}
