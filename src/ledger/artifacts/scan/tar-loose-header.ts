import { archiveRefused } from "../tar/archive-refused.ts";
import { latin, textIn } from "../tar/tar-header.ts";

/** A header of a tar in any form, as far as all programs read it alike. */
export interface LooseHeader {
  readonly name: string;
  readonly link: string;
  readonly type: string;
  readonly sizeBytes: number;
}

/** Whether a block is a header: its checksum is the sum of its bytes, which some programs take for signed ones. */
export function isHeader(block: Uint8Array): boolean {
  const said = numberIn(block.subarray(148, 156));
  if (said === undefined) return false;
  let [sum, signed] = [0, 0];
  for (let i = 0; i < block.length; i++) {
    const byte = i >= 148 && i < 156 ? 0x20 : (block[i] ?? 0);
    sum += byte;
    signed += byte < 0x80 ? byte : byte - 0x100;
  }
  return said === sum || said === signed;
}

/** What a header says. Errors: `artifact/refused` for what programs read differently. */
export function looseHeader(block: Uint8Array, where: string): LooseHeader {
  const sizeBytes = numberIn(block.subarray(124, 136));
  if (sizeBytes === undefined) throw archiveRefused("malformed", where, "a size that is no number");
  const name = textIn(block.subarray(0, 100), where);
  // Of GNU's and of the oldest form it is no part of the name; some programs take it for one all the same.
  const prefix = textIn(block.subarray(345, 500), where);
  if (prefix !== "" && latin(block.subarray(257, 263)) !== "ustar\0")
    throw archiveRefused("malformed", where, "a name of two parts in a form that has one");
  return {
    name: prefix === "" ? name : `${prefix}/${name}`,
    link: textIn(block.subarray(157, 257), where),
    type: latin(block.subarray(156, 157)),
    sizeBytes,
  };
}

/** Octal digits with blanks or NUL around, nothing for 0, or GNU's base 256; undefined for another. */
function numberIn(field: Uint8Array): number | undefined {
  if (field[0] === 0x80) {
    const value = field.subarray(1).reduce((sum, byte) => sum * 256 + byte, 0);
    return Number.isSafeInteger(value) ? value : undefined;
  }
  const digits = /^ *([0-7]*)[ \0]*$/.exec(latin(field))?.[1];
  return digits === undefined ? undefined : Number.parseInt(`0${digits}`, 8);
}
