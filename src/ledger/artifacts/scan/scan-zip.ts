import { partOf, piecesOf } from "../../../core/byte-source.ts";
import { inflating } from "../../../core/platform.ts";
import { checkEntryNames } from "./check-entry-names.ts";
import { allOf, isHeld, keptOf, type LookedAt } from "./looked-at.ts";
import { scanMember } from "./scan-member.ts";
import { harmlessBytes, type ScanContext } from "./scan-context.ts";
import { type ZipEntry, zipDirectory } from "./zip-directory.ts";

/** Looks into a zip archive: its directory first, so that a bomb is told before anything is inflated; then its entries, each no further than it says it is. */
export async function scanZip(path: string, looked: LookedAt, context: ScanContext): Promise<void> {
  if (!isHeld(looked)) return context.report(path, "malformed", "a packed zip archive too large to be looked into");
  const directory = await zipDirectory(looked, context.limits.maxFiles);
  if ("fault" in directory) return context.report(path, "malformed", `a zip archive with ${directory.fault}`);
  const { entries } = directory;
  const before = context.findings.length;
  checkEntryNames(
    path,
    entries.map(({ name }) => name),
    context,
  );
  for (const { name, isLink } of entries)
    if (isLink) context.report(`${path}!${name}`, "archive-path", "a symbolic link");
  checkSizes(path, looked.sizeBytes, entries, context);
  if (context.findings.length > before && !context.isGoingOn()) return;
  for (const entry of entries) await scanEntry(`${path}!${entry.name}`, looked, entry, context);
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

async function scanEntry(path: string, archive: LookedAt, entry: ZipEntry, context: ScanContext): Promise<void> {
  if (entry.isEncrypted || (entry.method !== 0 && entry.method !== 8))
    return context.report(path, "malformed", "an entry that cannot be looked into (encrypted, or an unknown method)");
  const content = await contentOf(path, archive, entry, context);
  if (content !== undefined) await scanMember(path, entry.name, content, context);
}

async function contentOf(
  path: string,
  archive: LookedAt,
  { method, bytes, packedBytes, dataStart, dataEnd }: ZipEntry,
  context: ScanContext,
): Promise<LookedAt | undefined> {
  context.unpacked(bytes);
  const packed = partOf(archive, dataStart, dataEnd);
  if (method === 0) {
    if (bytes === packedBytes) return allOf(packed);
    context.report(path, "malformed", `a stored entry of ${packedBytes} bytes that says it has ${bytes}`);
    return undefined;
  }
  const stream = inflating(piecesOf(packed), "raw", bytes);
  const kept = await keptOf(stream);
  if (stream.ended() === "whole" && kept.sizeBytes === bytes) return kept;
  if (stream.ended() === "limit")
    context.report(path, "archive-bomb", `an entry that unpacks to more than the ${bytes} bytes it says`);
  else context.report(path, "malformed", `an entry that unpacks to ${kept.sizeBytes} bytes, not ${bytes}`);
  return undefined;
}
