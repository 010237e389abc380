import type { ByteSource } from "../../../core/byte-source.ts";
import { ByteWindow, viewOf } from "./byte-window.ts";

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
export async function zipDirectory(source: ByteSource, maxEntries: number): Promise<ZipDirectory> {
  const end = await endOf(source);
  if (typeof end === "string") return { fault: end };
  if (end.count > maxEntries) return { fault: `${end.count} entries, more than ${maxEntries}` };
  // Headers are read beside the directory: each has its own place in memory.
  const [directory, headers] = [new ByteWindow(source), new ByteWindow(source)];
  const entries: ZipEntry[] = [];
  let at = end.start;
  for (let i = 0; i < end.count; i++) {
    const read = await entryAt(directory, headers, at);
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

/** Where a comment that is as long as one may be leaves the end. */
const mostEndBytes = endBytes + 0xffff;

async function endOf(source: ByteSource): Promise<DirectoryEnd | string> {
  const first = Math.max(0, source.sizeBytes - mostEndBytes);
  const view = viewOf(await source.read(first, source.sizeBytes));
  for (let at = view.byteLength - endBytes; at >= 0; at--) {
    if (view.getUint32(at, true) !== endMagic) continue;
    if (at + endBytes + view.getUint16(at + 20, true) !== view.byteLength) continue;
    if (view.getUint16(at + 4, true) !== 0) return "an archive in several volumes";
    const found = {
      count: view.getUint16(at + 10, true),
      size: view.getUint32(at + 12, true),
      start: view.getUint32(at + 16, true),
    };
    const isWide = found.count === 0xffff || found.size === 0xffffffff || found.start === 0xffffffff;
    const end = isWide ? await wideEnd(source, first + at - 20) : found;
    if (typeof end === "string") return end;
    return end.start + end.size <= first + at ? end : "a directory that reaches past its end";
  }
  return "no end of a directory: it is cut, or something follows it";
}

async function wideEnd(source: ByteSource, locatorAt: number): Promise<DirectoryEnd | string> {
  const none = "no zip64 directory where one is named";
  if (locatorAt < 0) return none;
  const locator = viewOf(await source.read(locatorAt, locatorAt + 20));
  const at = locator.getUint32(0, true) === wideLocatorMagic ? wide(locator, 8) : locatorAt;
  if (at + 56 > locatorAt) return none;
  const view = viewOf(await source.read(at, at + 56));
  if (view.getUint32(0, true) !== wideEndMagic) return none;
  return { count: wide(view, 32), size: wide(view, 40), start: wide(view, 48) };
}

function wide(view: DataView, at: number): number {
  return Number(view.getBigUint64(at, true));
}

async function entryAt(
  directory: ByteWindow,
  headers: ByteWindow,
  at: number,
): Promise<{ readonly entry: ZipEntry; readonly next: number } | string> {
  const fixed = viewOf(await directory.at(at, at + entryBytes));
  if (fixed.byteLength < entryBytes || fixed.getUint32(0, true) !== entryMagic) return "a directory that is cut";
  const [nameBytes = 0, extraBytes = 0, commentBytes = 0] = [28, 30, 32].map((offset) => fixed.getUint16(offset, true));
  const extraEnd = entryBytes + nameBytes + extraBytes;
  const next = at + extraEnd + commentBytes;
  if (next > directory.sizeBytes) return "a directory that is cut";
  const bytes = await directory.at(at, at + extraEnd);
  const view = viewOf(bytes);
  const name = nameOf(bytes.subarray(entryBytes, entryBytes + nameBytes));
  if (name === undefined) return "an entry whose name is not UTF-8";
  const sizes = sizesOf(view, entryBytes + nameBytes, extraEnd);
  if (sizes === undefined) return `the entry ${JSON.stringify(name)} without its zip64 sizes`;
  const { packedBytes, bytes: unpacked, headerStart } = sizes;
  const dataStart = await dataAfter(headers, headerStart, name);
  if (typeof dataStart === "string") return dataStart;
  const dataEnd = dataStart + packedBytes;
  if (dataEnd > directory.sizeBytes) return `the entry ${JSON.stringify(name)}, which reaches past the end`;
  const entry: ZipEntry = {
    name,
    method: view.getUint16(10, true),
    packedBytes,
    bytes: unpacked,
    isLink: ((view.getUint32(38, true) >>> 16) & unixType) === unixLink,
    isEncrypted: (view.getUint16(8, true) & 1) === 1,
    headerStart,
    dataStart,
    dataEnd,
  };
  return { entry, next };
}

type Sizes = Pick<ZipEntry, "packedBytes" | "bytes" | "headerStart">;

/** What does not fit 32 bits stands in the zip64 extra field (id 1), in this order and only where it is asked for. */
function sizesOf(view: DataView, extraStart: number, extraEnd: number): Sizes | undefined {
  const narrow = [24, 20, 42].map((offset) => view.getUint32(offset, true));
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
async function dataAfter(headers: ByteWindow, at: number, name: string): Promise<number | string> {
  const what = `the entry ${JSON.stringify(name)}`;
  const view = viewOf(await headers.at(at, at + headerBytes));
  if (view.byteLength < headerBytes || view.getUint32(0, true) !== headerMagic) return `${what} without a header`;
  const nameEnd = at + headerBytes + view.getUint16(26, true);
  const dataStart = nameEnd + view.getUint16(28, true);
  if (dataStart > headers.sizeBytes) return `${what}, which reaches past the end`;
  return nameOf(await headers.at(at + headerBytes, nameEnd)) === name
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
