import { Buffer } from "node:buffer";
import { SluiceError } from "../../../core/errors.ts";
import { murmurHash } from "../../../core/murmur-hash.ts";
import type { FeastKeyType, FeastTypes } from "./feast-types.ts";
import { encodeValue, typeNumber } from "./feast-value.ts";
import { fieldsOf } from "./protobuf.ts";

/** The hash field of a view's event time. */
export function timeField(view: string): string {
  return `_ts:${view}`;
}

/** The hash field of a feature: the MurmurHash3 of `view:feature` as four little-endian bytes. */
export function featureField(view: string, feature: string): Buffer {
  const field = Buffer.alloc(4);
  field.writeUInt32LE(murmurHash(`${view}:${feature}`));
  return field;
}

/** What Feast takes for the key of a view without entities. */
const noEntity: { readonly types: FeastTypes<FeastKeyType>; readonly key: { readonly [name: string]: unknown } } = {
  types: { __dummy_id: "STRING" },
  key: { __dummy_id: "" },
};

/**
 * The Redis key of an entity: Feast's serialization of entity keys, version 3, and the project's name. Join keys are in the order of their code
 * points. Errors: `features/invalid-input`.
 */
export function entityKey(
  project: string,
  types: FeastTypes<FeastKeyType>,
  key: { readonly [name: string]: unknown },
): Buffer {
  if (Object.keys(types).length === 0) return entityKey(project, noEntity.types, noEntity.key);
  const names = Object.keys(types)
    .map((name) => ({ name, bytes: Buffer.from(name) }))
    .sort((a, b) => Buffer.compare(a.bytes, b.bytes));
  const parts = [u32(names.length)];
  for (const { bytes } of names) parts.push(u32(typeNumber("STRING")), u32(bytes.length), bytes);
  for (const { name } of names) {
    const type = types[name] ?? "STRING";
    const bytes = keyBytes(name, type, key[name]);
    parts.push(u32(typeNumber(type)), u32(bytes.length), bytes);
  }
  return Buffer.concat([...parts, Buffer.from(project)]);
}

function keyBytes(name: string, type: FeastKeyType, value: unknown): Buffer {
  if (value === null || value === undefined) {
    throw new SluiceError("features/invalid-input", {
      found: `no value for the join key "${name}"`,
      expected: `a value of Feast's type ${type}`,
      fix: "Give every join key of the view's entities.",
    });
  }
  const wire = fieldsOf(encodeValue(`the join key "${name}"`, type, value))?.[0]?.value ?? 0n;
  if (typeof wire !== "bigint") return wire;
  const bytes = Buffer.alloc(type === "INT32" ? 4 : 8);
  if (type === "INT32") bytes.writeInt32LE(Number(BigInt.asIntN(32, wire)));
  else bytes.writeBigUInt64LE(wire);
  return bytes;
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
