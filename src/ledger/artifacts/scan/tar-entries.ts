import { archiveRefused } from "../tar/archive-refused.ts";
import { mostPaxBytes, paxRecordsIn } from "../tar/pax-records.ts";
import { blockBytes, filledBytes, isZero, mostFileBytes, textIn } from "../tar/tar-header.ts";
import type { LookedAt } from "./looked-at.ts";
import { isHeader, type LooseHeader, looseHeader } from "./tar-loose-header.ts";
import type { TarReader } from "./tar-reader.ts";

/** An entry of a tar, as the programs that unpack tars agree on it. */
export interface TarEntry {
  /** A folder's ends with a slash. */
  readonly name: string;
  /** What it is, where it is neither file nor folder. */
  readonly special: string | undefined;
  readonly content: LookedAt;
}

/** Whether a file begins as a tar does, by the checksum of its first header, as programs find it that read any form of tars (V7, ustar, pax, GNU). */
export function isTar(head: Uint8Array): boolean {
  return head.length >= blockBytes && isHeader(head.subarray(0, blockBytes));
}

/**
 * The entries of a tar (V7, ustar, pax, GNU), one after the other: each is to be looked at before the next is asked for. What programs would read
 * differently is refused: names and sizes that are told twice, sparse files, folders with content, content behind the end. Errors: `artifact/refused`.
 */
export async function* tarEntries(reader: TarReader): AsyncGenerator<TarEntry> {
  let said: Said = {};
  for (let entry = 1; ; ) {
    const where = `entry ${entry}`;
    const block = await reader.take(blockBytes);
    if (isZero(block)) return await requireEnd(reader, said, where);
    if (block.length < blockBytes || !isHeader(block)) throw refused(where, "something else where a header should be");
    const header = looseHeader(block, where);
    const kind = extensions[header.type];
    if (kind !== undefined) said = withSaid(said, await saidIn(reader, header, kind, where), where);
    else {
      yield await entryOf(reader, header, said);
      said = {};
      entry += 1;
    }
  }
}

/** What headers in front of an entry's own say of it. */
interface Said {
  readonly name?: string;
  readonly link?: string;
  readonly size?: number;
}

type Extension = "pax" | "global" | "name" | "link";

/** Types of headers whose content is about the next entry, or about all that follow. */
const extensions: { readonly [type: string]: Extension } = { x: "pax", g: "global", L: "name", K: "link" };

/** What makes an entry another thing than its header says, or its name other bytes. */
const meddling = /^(?:hdrcharset|GNU\..*|SCHILY\.realsize)$/;

async function saidIn(reader: TarReader, header: LooseHeader, kind: Extension, where: string): Promise<Said> {
  if (header.sizeBytes > mostPaxBytes) throw refused(where, "an extended header of more than 64 KiB");
  const content = await reader.content(header.sizeBytes, filledBytes(header.sizeBytes));
  if (content === undefined) throw refused(where, "a header that is cut off");
  const bytes = await content.read(0, content.sizeBytes);
  if (kind === "name") return { name: textIn(bytes, where) };
  if (kind === "link") return { link: textIn(bytes, where) };
  const records = paxRecordsIn(bytes, where);
  for (const key of records.keys()) if (meddling.test(key)) throw refused(where, `an extended header with "${key}"`);
  const [name, link, size] = ["path", "linkpath", "size"].map((key) => records.get(key));
  if (kind === "global" && (name ?? link ?? size) !== undefined)
    throw refused(where, "a header that gives all entries one name or size");
  if (size !== undefined && !/^\d{1,15}$/.test(size)) throw refused(where, "a size that is no number");
  return {
    ...(name !== undefined && { name }),
    ...(link !== undefined && { link }),
    ...(size !== undefined && { size: Number(size) }),
  };
}

function withSaid(before: Said, more: Said, where: string): Said {
  for (const member of ["name", "link", "size"] as const)
    if (before[member] !== undefined && more[member] !== undefined) throw refused(where, `a ${member} told twice`);
  return { ...before, ...more };
}

async function entryOf(reader: TarReader, header: LooseHeader, said: Said): Promise<TarEntry> {
  const own = said.name ?? header.name;
  const name = header.type === "5" && !own.endsWith("/") ? `${own}/` : own;
  const special = specialOf(header, said);
  if (special === undefined && !fileTypes.has(header.type) && header.type !== "5")
    throw refused(name, `an entry of type ${JSON.stringify(header.type)}`);
  const sizeBytes = sizeOf(header, said, name);
  if (sizeBytes !== 0 && (special !== undefined || name.endsWith("/")))
    throw refused(name, "content of what is no file");
  const content = await reader.content(sizeBytes, filledBytes(sizeBytes));
  if (content === undefined) throw refused(name, `${sizeBytes} bytes that are not all there`);
  return { name, special, content };
}

/** Old tars mark a file by NUL, and "7" is one that some systems keep in one piece. */
const fileTypes: ReadonlySet<string> = new Set(["0", "\0", "7"]);

function specialOf({ type, link }: LooseHeader, said: Said): string | undefined {
  const to = JSON.stringify((said.link ?? link).slice(0, 200));
  if (type === "1") return `a hard link to ${to}`;
  if (type === "2") return `a symbolic link to ${to}`;
  if (type === "3" || type === "4") return "a device";
  return type === "6" ? "a pipe" : undefined;
}

/** An extended header tells a size that eleven octal digits cannot; where both are told, they must be the same. */
function sizeOf({ sizeBytes }: LooseHeader, { size }: Said, name: string): number {
  if (size === undefined || size === sizeBytes) return sizeBytes;
  if (sizeBytes === 0 && size > mostFileBytes) return size;
  throw refused(name, `a size of ${sizeBytes}, and another of ${size}`);
}

async function requireEnd(reader: TarReader, said: Said, where: string): Promise<void> {
  if (Object.keys(said).length > 0) throw refused(where, "an extended header of nothing");
  for (;;) {
    const rest = await reader.take(65_536);
    if (rest.length === 0) return;
    if (!isZero(rest)) throw refused(where, "content behind its end");
  }
}

function refused(where: string, reason: string): Error {
  return archiveRefused("malformed", where, reason);
}
