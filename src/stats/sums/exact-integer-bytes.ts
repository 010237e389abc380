import type { SummaryReader } from "../bytes/summary-reader.ts";
import type { SummaryWriter } from "../bytes/summary-writer.ts";
import { bitLength, trailingZeros } from "./double-units.ts";

/** Writes a big integer in the one shortest way: its sign, how many zero bits it ends with, the odd rest with the lowest byte first. */
export function writeInteger(writer: SummaryWriter, value: bigint): void {
  writer.u8(value === 0n ? 0 : value > 0n ? 1 : 2);
  if (value === 0n) return;
  const magnitude = value < 0n ? -value : value;
  const zeros = trailingZeros(magnitude);
  const odd = magnitude >> BigInt(zeros);
  writer.count(zeros);
  const bytes = new Uint8Array(Math.ceil(bitLength(odd) / 8));
  const digits = odd.toString(16).padStart(2 * bytes.length, "0");
  for (let i = 0; i < bytes.length; i++)
    bytes[bytes.length - 1 - i] = Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16);
  writer.bytes(bytes);
}

/** Reads what {@link writeInteger} wrote, refusing whatever it would not write and more than `bits` bits. */
export function readInteger(reader: SummaryReader, bits: number): bigint {
  const sign = reader.u8();
  reader.require(sign <= 2, "a sign that is none");
  if (sign === 0) return 0n;
  const zeros = reader.count();
  const bytes = reader.bytes();
  reader.require(zeros + 8 * (bytes.length - 1) < bits, "a number that is too large");
  reader.require(((bytes[0] ?? 0) & 1) === 1 && bytes[bytes.length - 1] !== 0, "a number that is not in lowest terms");
  let digits = "0x";
  for (let i = bytes.length - 1; i >= 0; i--) digits += (bytes[i] as number).toString(16).padStart(2, "0");
  const magnitude = BigInt(digits) << BigInt(zeros);
  return sign === 1 ? magnitude : -magnitude;
}
