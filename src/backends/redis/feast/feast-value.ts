import { Buffer } from "node:buffer";
import { SluiceError } from "../../../core/errors.ts";
import type { FeastType } from "./feast-types.ts";
import { bytesField, fieldsOf, fixedField, varintField, type WireField, type WireValue } from "./protobuf.ts";

/** How a type of value is written into the message `feast.types.Value`, and read from it. */
interface Codec {
  /** The field's number in the message: that of the type in the enum `ValueType`. */
  readonly number: number;
  /** The field's bytes; `undefined` for what is no such value. */
  encode(number: number, value: unknown): Buffer | undefined;
  decode(value: WireValue): unknown;
}

const int32Min = -(2 ** 31);
const int32Max = 2 ** 31 - 1;

const text = (number: number): Codec => ({
  number,
  encode: (field, value) =>
    typeof value === "string" && value.isWellFormed() ? bytesField(field, Buffer.from(value)) : undefined,
  decode: (value) => textOf(value),
});

const integer = (
  number: number,
  takes: (value: unknown) => bigint | undefined,
  gives: (value: bigint) => unknown,
): Codec => ({
  number,
  encode: (field, value) => {
    const whole = takes(value);
    return whole === undefined ? undefined : varintField(field, whole);
  },
  decode: (value) => (typeof value === "bigint" ? gives(BigInt.asIntN(64, value)) : undefined),
});

const decimals = (number: number, size: 4 | 8): Codec => ({
  number,
  encode: (field, value) => (typeof value === "number" ? fixedField(field, bytesOfNumber(value, size)) : undefined),
  decode: (value) => (isBytes(value, size) ? numberAt(value, 0, size) : undefined),
});

const decimalList = (number: number, size: 4 | 8): Codec => ({
  number,
  encode: (field, value) => {
    if (!isListOf(value, (item) => typeof item === "number")) return undefined;
    const packed = Buffer.concat((value as readonly number[]).map((item) => bytesOfNumber(item, size)));
    return bytesField(field, packed.length === 0 ? packed : bytesField(1, packed));
  },
  decode: (value) => numbersOf(value, size),
});

const codecs: { readonly [T in FeastType]: Codec } = {
  BYTES: {
    number: 1,
    encode: (field, value) => (value instanceof Uint8Array ? bytesField(field, value) : undefined),
    decode: (value) => (typeof value === "bigint" ? undefined : Uint8Array.from(value)),
  },
  STRING: text(2),
  INT32: integer(
    3,
    (value) => (isWhole(value) && value >= int32Min && value <= int32Max ? BigInt(value) : undefined),
    Number,
  ),
  INT64: integer(
    4,
    (value) => (typeof value === "bigint" && BigInt.asIntN(64, value) === value ? value : undefined),
    (value) => value,
  ),
  DOUBLE: decimals(5, 8),
  FLOAT: decimals(6, 4),
  BOOL: integer(
    7,
    (value) => (typeof value === "boolean" ? BigInt(value) : undefined),
    (value) => value !== 0n,
  ),
  UNIX_TIMESTAMP: integer(
    8,
    (value) => (isWhole(value) && value % 1000 === 0 ? BigInt(value / 1000) : undefined),
    (value) => Number(value) * 1000,
  ),
  STRING_LIST: {
    number: 12,
    encode: (field, value) =>
      isListOf(value, (item) => typeof item === "string" && item.isWellFormed())
        ? bytesField(field, Buffer.concat((value as readonly string[]).map((item) => bytesField(1, Buffer.from(item)))))
        : undefined,
    decode: (value) => (typeof value === "bigint" ? undefined : fieldsOf(value)?.map((field) => textOf(field.value))),
  },
  DOUBLE_LIST: decimalList(15, 8),
  FLOAT_LIST: decimalList(16, 4),
  JSON: text(32),
  UUID: text(36),
  DECIMAL: text(44),
};

/** The number of a type in Feast's enum `ValueType`. */
export function typeNumber(type: FeastType): number {
  return codecs[type].number;
}

/** A value as the message `feast.types.Value`; null is the message without a value. Errors: `features/invalid-input` naming what it is for. */
export function encodeValue(what: string, type: FeastType, value: unknown): Buffer {
  if (value === null) return Buffer.alloc(0);
  const { number, encode } = codecs[type];
  const bytes = encode(number, value);
  if (bytes !== undefined) return bytes;
  throw new SluiceError("features/invalid-input", {
    found: `${String(value)} for ${what}`,
    expected: `a value of Feast's type ${type}, or null`,
    fix: "Give values as FeastValues says; timestamps are milliseconds of whole seconds.",
  });
}

/** The value in a message; null for one without a value. Errors: `table/type-mismatch` where it holds another type, `io/failed` for what is none. */
export function decodeValue(what: string, type: FeastType, message: Buffer): unknown {
  const fields = fieldsOf(message);
  const field = fields?.at(-1); // of several in a message the last one counts
  if (fields !== undefined && (field === undefined || field.number === nullNumber)) return null;
  if (field === undefined) throw damaged(what);
  const { number, decode } = codecs[type];
  if (field.number !== number) throw otherType(what, type, field);
  const value = decode(field.value);
  if (value === undefined) throw damaged(what);
  return value;
}

const nullNumber = 19;

function otherType(what: string, type: FeastType, { number }: WireField): SluiceError {
  const found = Object.entries(codecs).find(([, codec]) => codec.number === number)?.[0] ?? `number ${number}`;
  return new SluiceError("table/type-mismatch", {
    found: `a value of Feast's type ${found} as ${what}`,
    expected: `the type ${type}`,
    fix: "Name the type that the feature has in the Feast deployment.",
  });
}

function damaged(what: string): SluiceError {
  return new SluiceError("io/failed", {
    found: `bytes that are no feast.types.Value, as ${what}`,
    expected: "what Feast or this adapter wrote",
    fix: "Pass the client itself, not one that transforms replies; see what else writes to this Redis.",
  });
}

function isWhole(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value);
}

function isListOf(value: unknown, isItem: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isItem);
}

function textOf(value: WireValue): string | undefined {
  return typeof value === "bigint" ? undefined : value.toString();
}

function isBytes(value: WireValue, length: number): value is Buffer {
  return typeof value !== "bigint" && value.length === length;
}

function bytesOfNumber(value: number, size: 4 | 8): Buffer {
  const bytes = Buffer.alloc(size);
  if (size === 8) bytes.writeDoubleLE(value);
  else bytes.writeFloatLE(value);
  return bytes;
}

function numberAt(bytes: Buffer, at: number, size: 4 | 8): number {
  return size === 8 ? bytes.readDoubleLE(at) : bytes.readFloatLE(at);
}

/** Numbers of a list: packed into one field, as they are written today, or a field each. */
function numbersOf(message: WireValue, size: 4 | 8): readonly number[] | undefined {
  const fields = typeof message === "bigint" ? undefined : fieldsOf(message);
  const parts: Buffer[] = [];
  for (const { value } of fields ?? []) if (typeof value !== "bigint") parts.push(value);
  const packed = Buffer.concat(parts);
  if (fields === undefined || packed.length % size !== 0) return undefined;
  return Array.from({ length: packed.length / size }, (_, i) => numberAt(packed, i * size, size));
}
