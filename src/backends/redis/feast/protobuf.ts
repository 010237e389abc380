import { Buffer } from "node:buffer";

// The few pieces of protobuf's wire format that Feast's messages of values and times are made of.

/** What a field holds: a varint, eight or four bytes, or bytes of a stated length. */
export type WireValue = bigint | Buffer;

/** A field of a message: its number and what it holds. */
export interface WireField {
  readonly number: number;
  /** 0 = varint, 1 = eight bytes, 2 = bytes of a stated length, 5 = four bytes. */
  readonly type: number;
  readonly value: WireValue;
}

/** The fields of a message, in order; `undefined` for bytes that are none. */
export function fieldsOf(message: Buffer): readonly WireField[] | undefined {
  const fields: WireField[] = [];
  let at = 0;
  while (at < message.length) {
    const tag = varintAt(message, at);
    if (tag === undefined) return undefined;
    const type = Number(tag.value & 7n);
    const read = valueAt(message, tag.end, type);
    if (read === undefined) return undefined;
    fields.push({ number: Number(tag.value >> 3n), type, value: read.value });
    at = read.end;
  }
  return fields;
}

interface Read<V> {
  readonly value: V;
  readonly end: number;
}

function valueAt(message: Buffer, at: number, type: number): Read<WireValue> | undefined {
  if (type === 0) return varintAt(message, at);
  if (type === 1) return bytesAt(message, at, 8);
  if (type === 5) return bytesAt(message, at, 4);
  const length = type === 2 ? varintAt(message, at) : undefined;
  return length === undefined ? undefined : bytesAt(message, length.end, Number(length.value));
}

function bytesAt(message: Buffer, at: number, length: number): Read<Buffer> | undefined {
  const end = at + length;
  return end > message.length ? undefined : { value: message.subarray(at, end), end };
}

/** Integers of up to 64 bits; negative ones are the ten bytes of their two's complement. */
function varintAt(message: Buffer, at: number): Read<bigint> | undefined {
  let value = 0n;
  for (let i = 0; i < 10; i++) {
    const byte = message[at + i];
    if (byte === undefined) return undefined;
    value |= BigInt(byte & 127) << BigInt(7 * i);
    if (byte < 128) return { value: BigInt.asUintN(64, value), end: at + i + 1 };
  }
  return undefined;
}

/** A varint field. Errors: none; the value is taken modulo 2^64. */
export function varintField(number: number, value: bigint): Buffer {
  return Buffer.concat([varint(BigInt(number << 3)), varint(BigInt.asUintN(64, value))]);
}

/** A field of bytes of a stated length. */
export function bytesField(number: number, bytes: Uint8Array): Buffer {
  return Buffer.concat([varint(BigInt((number << 3) | 2)), varint(BigInt(bytes.length)), bytes]);
}

/** A field of four or eight bytes. */
export function fixedField(number: number, bytes: Buffer): Buffer {
  return Buffer.concat([varint(BigInt((number << 3) | (bytes.length === 8 ? 1 : 5))), bytes]);
}

function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Buffer.from(bytes);
}
