/** An entry of a zip archive, as its directory and its own header agree on it. */
export interface ZipEntry {
  readonly name: string;
  /** 0 = stored, 8 = deflated. */
  readonly method: number;
  readonly packedBytes: number;
  /** As the archive says: nothing was inflated. */
  readonly bytes: number;
  readonly isLink: boolean;
  readonly isEncrypted: boolean;
  /** Where its header begins, and where its data begins and ends, in the archive. */
  readonly headerStart: number;
  readonly dataStart: number;
  readonly dataEnd: number;
}

/** The entries, or why the archive is none. */
export type ZipDirectory = { readonly entries: readonly ZipEntry[] } | { readonly fault: string };

const endMagic = 0x06054b50;
const wideEndMagic = 0x06064b50;
const wideLocatorMagic = 0x07064b50;
const entryMagic = 0x02014b50;
const headerMagic = 0x04034b50;
const endBytes = 22;
const entryBytes = 46;
const headerBytes = 30;
const unixLink = 0xa000;
const unixType = 0xf000;

/**
 * Reads a zip archive's central directory (APPNOTE 6.3.10, 4.3; zip64 included) without inflating anything. Bytes in front of the archive, several ends, headers that
 * contradict the directory, and counts that are not true are faults: readers differ in which of the two they believe.
 */
export function zipDirectory(bytes: Uint8Array, maxEntries: number): ZipDirectory {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = endOf(view);
  if (typeof end === "string") return { fault: end };
  if (end.count > maxEntries) return { fault: `${end.count} entries, more than ${maxEntries}` };
  const entries: ZipEntry[] = [];
  let at = end.start;
  for (let i = 0; i < end.count; i++) {
    const read = entryAt(view, bytes, at);
    if (typeof read === "string") return { fault: read };
    entries.push(read.entry);
    at = read.next;
  }
  if (at !== end.start + end.size) return { fault: "a directory that is not as long as it says" };
  return { entries };
}

interface DirectoryEnd {
  readonly count: number;
  readonly start: number;
  readonly size: number;
}

function endOf(view: DataView): DirectoryEnd | string {
  const first = Math.max(0, view.byteLength - endBytes - 0xffff);
  for (let at = view.byteLength - endBytes; at >= first; at--) {
    if (view.getUint32(at, true) !== endMagic) continue;
    if (at + endBytes + view.getUint16(at + 20, true) !== view.byteLength) continue;
    if (view.getUint16(at + 4, true) !== 0) return "an archive in several volumes";
    const found = {
      count: view.getUint16(at + 10, true),
      size: view.getUint32(at + 12, true),
      start: view.getUint32(at + 16, true),
    };
    const isWide = found.count === 0xffff || found.size === 0xffffffff || found.start === 0xffffffff;
    const end = isWide ? wideEnd(view, at - 20) : found;
    if (typeof end === "string") return end;
    return end.start + end.size <= at ? end : "a directory that reaches past its end";
  }
  return "no end of a directory: it is cut, or something follows it";
}

function wideEnd(view: DataView, locator: number): DirectoryEnd | string {
  if (locator < 0 || view.getUint32(locator, true) !== wideLocatorMagic) return "no zip64 directory where one is named";
  const at = wide(view, locator + 8);
  if (at + 56 > locator || view.getUint32(at, true) !== wideEndMagic) return "no zip64 directory where one is named";
  return { count: wide(view, at + 32), size: wide(view, at + 40), start: wide(view, at + 48) };
}

function wide(view: DataView, at: number): number {
  return Number(view.getBigUint64(at, true));
}

function entryAt(
  view: DataView,
  bytes: Uint8Array,
  at: number,
): { readonly entry: ZipEntry; readonly next: number } | string {
  if (at + entryBytes > view.byteLength || view.getUint32(at, true) !== entryMagic) return "a directory that is cut";
  const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true));
  const nameEnd = at + entryBytes + (nameBytes ?? 0);
  const extraEnd = nameEnd + (extraBytes ?? 0);
  const next = extraEnd + (commentBytes ?? 0);
  if (next > view.byteLength) return "a directory that is cut";
  const name = nameOf(bytes.subarray(at + entryBytes, nameEnd));
  if (name === undefined) return "an entry whose name is not UTF-8";
  const sizes = sizesOf(view, at, nameEnd, extraEnd);
  if (sizes === undefined) return `the entry ${JSON.stringify(name)} without its zip64 sizes`;
  const { packedBytes, bytes: unpacked, headerStart } = sizes;
  const dataStart = dataAfter(view, bytes, headerStart, name);
  if (typeof dataStart === "string") return dataStart;
  const dataEnd = dataStart + packedBytes;
  if (dataEnd > view.byteLength) return `the entry ${JSON.stringify(name)}, which reaches past the end`;
  const entry: ZipEntry = {
    name,
    method: view.getUint16(at + 10, true),
    packedBytes,
    bytes: unpacked,
    isLink: ((view.getUint32(at + 38, true) >>> 16) & unixType) === unixLink,
    isEncrypted: (view.getUint16(at + 8, true) & 1) === 1,
    headerStart,
    dataStart,
    dataEnd,
  };
  return { entry, next };
}

type Sizes = Pick<ZipEntry, "packedBytes" | "bytes" | "headerStart">;

/** What does not fit 32 bits stands in the zip64 extra field (id 1), in this order and only where it is asked for. */
function sizesOf(view: DataView, at: number, extraStart: number, extraEnd: number): Sizes | undefined {
  const narrow = [24, 20, 42].map((offset) => view.getUint32(at + offset, true));
  let wideAt = -1;
  let wideTo = -1;
  for (let field = extraStart; field + 4 <= extraEnd; field += 4 + view.getUint16(field + 2, true))
    if (view.getUint16(field, true) === 1)
      [wideAt, wideTo] = [field + 4, Math.min(extraEnd, field + 4 + view.getUint16(field + 2, true))];
  const values: number[] = [];
  for (const value of narrow) {
    if (value !== 0xffffffff) values.push(value);
    else if (wideAt < 0 || wideAt + 8 > wideTo) return undefined;
    else {
      values.push(wide(view, wideAt));
      wideAt += 8;
    }
  }
  const [bytes = 0, packedBytes = 0, headerStart = 0] = values;
  return { bytes, packedBytes, headerStart };
}

/** Where an entry's data begins by its own header, which must carry the same name. */
function dataAfter(view: DataView, bytes: Uint8Array, at: number, name: string): number | string {
  const what = `the entry ${JSON.stringify(name)}`;
  if (at + headerBytes > view.byteLength || view.getUint32(at, true) !== headerMagic) return `${what} without a header`;
  const nameEnd = at + headerBytes + view.getUint16(at + 26, true);
  const dataStart = nameEnd + view.getUint16(at + 28, true);
  if (dataStart > view.byteLength) return `${what}, which reaches past the end`;
  return nameOf(bytes.subarray(at + headerBytes, nameEnd)) === name
    ? dataStart
    : `${what}, which its own header calls otherwise`;
}

function nameOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
