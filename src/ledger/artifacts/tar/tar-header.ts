import { archiveRefused } from "./archive-refused.ts";

/** Everything in a tar is in blocks of so many bytes. */
export const blockBytes = 512;

/** So many bytes with what fills their last block. */
export function filledBytes(bytes: number): number {
  return Math.ceil(bytes / blockBytes) * blockBytes;
}

/** The most that the size field says: eleven octal digits. */
export const mostFileBytes: number = 8 ** 11 - 1;

/** Names of more bytes need an extended header. */
export const mostNameBytes = 100;

/** What of a header is read. The owner, the mode and the times are nobody's here. */
export interface TarHeader {
  readonly name: string;
  readonly type: string;
  readonly sizeBytes: number;
}

/** A header of `name` (at most {@link mostNameBytes} bytes of ASCII) in the form of POSIX.1-1988, with nothing of a machine in it. */
export function encodeHeader({ name, type, sizeBytes }: TarHeader): Uint8Array {
  const block = new Uint8Array(blockBytes);
  const put = (at: number, text: string): void => block.set(new TextEncoder().encode(text), at);
  put(0, name);
  put(100, "0000644\0");
  put(108, "0000000\0");
  put(116, "0000000\0");
  put(124, `${octal(sizeBytes, 11)}\0`);
  put(136, "00000000000\0");
  put(156, type);
  put(257, "ustar\u000000");
  put(148, `${octal(checksumOf(block), 6)}\0 `);
  return block;
}

/** Reads a block that is a header. `where` says which in errors: `artifact/refused`. */
export function decodeHeader(block: Uint8Array, where: string): TarHeader {
  const magic = latin(block.subarray(257, 265));
  if (magic !== "ustar\u000000" && magic !== "ustar  \0")
    throw archiveRefused("malformed", where, "no header of a ustar");
  if (numberIn(block.subarray(148, 156)) !== checksumOf(block))
    throw archiveRefused("malformed", where, "a header of another checksum than it says");
  const prefix = textIn(block.subarray(345, 500), where);
  const own = textIn(block.subarray(0, mostNameBytes), where);
  const name = prefix === "" ? own : `${prefix}/${own}`;
  const sizeBytes = numberIn(block.subarray(124, 136));
  if (sizeBytes === undefined) throw archiveRefused("malformed", name, "a size that is no number of octal digits");
  const type = latin(block.subarray(156, 157));
  if (block[157] !== 0 && (type === "0" || type === "\0"))
    throw archiveRefused("archive-path", name, "a file that names the target of a link");
  return { name, type: type === "\0" ? "0" : type, sizeBytes };
}

/** The sum of the header's bytes, its own field taken for blanks. */
function checksumOf(block: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < blockBytes; i++) sum += i >= 148 && i < 156 ? 0x20 : (block[i] ?? 0);
  return sum;
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, "0");
}

/** A field of octal digits with a blank or NUL behind; undefined for another, as the base 256 of GNU for what would not fit. */
function numberIn(field: Uint8Array): number | undefined {
  const digits = /^ *([0-7]+)[ \0]*$/.exec(latin(field))?.[1];
  return digits === undefined ? undefined : Number.parseInt(digits, 8);
}

/** Text of UTF-8 up to the first NUL. Errors: `artifact/refused`. */
export function textIn(field: Uint8Array, where: string): string {
  const end = field.indexOf(0);
  return utf8In(end < 0 ? field : field.subarray(0, end), where);
}

/** Text of UTF-8. Errors: `artifact/refused`. */
export function utf8In(bytes: Uint8Array, where: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw archiveRefused("malformed", where, "a name that is not UTF-8");
  }
}

/** Whether all bytes are 0. */
export function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}

/** Bytes as text, one character each. */
export function latin(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
