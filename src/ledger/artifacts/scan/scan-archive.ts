import { inflateUpTo } from "../../../core/platform.ts";
import { isSluiceError } from "../../../core/errors.ts";
import { checkArtifactPaths } from "../artifact-path.ts";
import { kerasCode } from "./keras-code.ts";
import { hasPickleName } from "./pickle.ts";
import type { ScanContext } from "./scan-context.ts";
import { type ZipEntry, zipDirectory } from "./zip-directory.ts";

/** Below this an archive may unpack to as many times its size as it likes. */
const harmlessBytes = 16 * 2 ** 20;
/** Entries up to this size are inflated to be looked at; of larger ones only the beginning is kept. */
const wholeBytes = 64 * 2 ** 20;
const headBytes = 4096;
const maxDepth = 4;

/** Looks into a zip archive: its directory first, so that a bomb is told before anything is inflated; then its entries, each no further than it says it is. */
export async function scanZip(path: string, bytes: Uint8Array, context: ScanContext): Promise<void> {
  const directory = zipDirectory(bytes, context.limits.maxFiles);
  if ("fault" in directory) return context.report(path, "malformed", `a zip archive with ${directory.fault}`);
  const { entries } = directory;
  const before = context.findings.length;
  checkNames(path, entries, context);
  checkSizes(path, bytes.length, entries, context);
  if (context.findings.length > before && !context.isGoingOn()) return;
  for (const entry of entries) await scanEntry(`${path}!${entry.name}`, bytes, entry, context);
}

/** Looks into a gzip file: as much of it as the limits allow. */
export async function scanGzip(path: string, bytes: Uint8Array, context: ScanContext): Promise<void> {
  const maxBytes = Math.max(harmlessBytes, Math.min(context.room(), bytes.length * context.limits.maxUnpackRatio));
  const found = await inflateUpTo(bytes, "gzip", {
    keepBytes: wholeBytes,
    maxBytes: Math.min(maxBytes, context.room()),
  });
  context.unpacked(found.bytes);
  if (found.ended === "limit")
    return context.report(path, "archive-bomb", `${bytes.length} bytes that unpack to more than ${maxBytes}`);
  if (found.ended === "damaged") return context.report(path, "malformed", "a gzip file that does not unpack");
  await within(`${path}!`, found.head, context);
}

function checkNames(path: string, entries: readonly ZipEntry[], context: ScanContext): void {
  try {
    checkArtifactPaths(entries.filter(({ name }) => !name.endsWith("/")).map(({ name }) => name));
    checkArtifactPaths(entries.filter(({ name }) => name.endsWith("/")).map(({ name }) => name.slice(0, -1)));
  } catch (error) {
    if (!isSluiceError(error)) throw error;
    context.report(path, "archive-path", error.found);
  }
  for (const { name, isLink } of entries)
    if (isLink) context.report(`${path}!${name}`, "archive-path", "a symbolic link");
}

/** By what the directory says; and no two entries may share bytes, which is how a small archive unpacks to a huge one. */
function checkSizes(path: string, size: number, entries: readonly ZipEntry[], context: ScanContext): void {
  const unpacked = entries.reduce((sum, entry) => sum + entry.bytes, 0);
  const { maxUnpackRatio } = context.limits;
  if (unpacked > context.room() || (unpacked > harmlessBytes && unpacked > size * maxUnpackRatio))
    context.report(path, "archive-bomb", `${size} bytes that say they unpack to ${unpacked}`);
  let end = 0;
  for (const entry of [...entries].sort((a, b) => a.headerStart - b.headerStart)) {
    if (entry.headerStart < end)
      context.report(path, "archive-bomb", `entries that share bytes, as ${JSON.stringify(entry.name)}`);
    end = Math.max(end, entry.dataEnd);
  }
}

async function scanEntry(path: string, archive: Uint8Array, entry: ZipEntry, context: ScanContext): Promise<void> {
  if (entry.isEncrypted || (entry.method !== 0 && entry.method !== 8))
    return context.report(path, "malformed", "an entry that cannot be looked into (encrypted, or an unknown method)");
  const content = await contentOf(path, archive.subarray(entry.dataStart, entry.dataEnd), entry, context);
  if (content === undefined) return;
  if (hasPickleName(entry.name)) context.report(path, "pickle", "a file named as a Python pickle");
  if (/(?:^|\/)config\.json$/.test(entry.name)) {
    const code = kerasCode(content);
    if (code !== undefined) context.report(path, "keras-code", code);
  }
  await within(path, content, context);
}

async function contentOf(
  path: string,
  packed: Uint8Array,
  { method, bytes, packedBytes }: ZipEntry,
  context: ScanContext,
): Promise<Uint8Array | undefined> {
  context.unpacked(bytes);
  if (method === 0) {
    if (bytes === packedBytes) return packed;
    context.report(path, "malformed", `a stored entry of ${packedBytes} bytes that says it has ${bytes}`);
    return undefined;
  }
  const keepBytes = bytes <= wholeBytes ? wholeBytes : headBytes;
  const found = await inflateUpTo(packed, "raw", { keepBytes, maxBytes: bytes });
  if (found.ended === "whole" && found.bytes === bytes) return found.head;
  if (found.ended === "limit")
    context.report(path, "archive-bomb", `an entry that unpacks to more than the ${bytes} bytes it says`);
  else context.report(path, "malformed", `an entry that unpacks to ${found.bytes} bytes, not ${bytes}`);
  return undefined;
}

async function within(path: string, content: Uint8Array, context: ScanContext): Promise<void> {
  if (context.depth >= maxDepth)
    return context.report(path, "archive-bomb", `archives in archives, more than ${maxDepth} deep`);
  await context.within(path, content);
}
