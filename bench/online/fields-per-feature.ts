import type { Redis } from "ioredis";
import { typedColumns, views } from "./packed-features.ts";

/** A hash an entity with a field a feature, as feature stores with this layout have it: field names of four bytes, values as protobuf. */
export interface FieldsPerFeature {
  write(keys: readonly string[], featuresOf: (key: string) => readonly (readonly (number | null)[])[]): Promise<void>;
  /** One HMGET for each view and entity, in one pipeline; answers as `readTyped` does. */
  readPerView(keys: readonly string[]): Promise<number>;
  /** One HMGET for each entity, in one pipeline. */
  readPerEntity(keys: readonly string[]): Promise<number>;
}

const features = 10;
/** The tag of `double_val` in a protobuf message. */
const doubleTag = 0x29;

function fieldName(view: number, feature: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(((view * 1000 + feature) * 2_654_435_761) % 2 ** 32);
  return bytes;
}

const viewFields = views.map((name, view) => [
  ...Array.from({ length: features }, (_, feature) => fieldName(view, feature)),
  Buffer.from(`_ts:${name.slice(0, 8)}`),
]);

function valueBytes(value: number | null): Buffer {
  if (value === null) return Buffer.alloc(0);
  const bytes = Buffer.alloc(9);
  bytes[0] = doubleTag;
  bytes.writeDoubleLE(value, 1);
  return bytes;
}

/** A protobuf timestamp of seconds. */
const timestamp = Buffer.from([0x08, 0x80, 0xe2, 0xcf, 0xaa, 0x06]);

/** The layout on a client. */
export function fieldsPerFeature(client: Redis): FieldsPerFeature {
  const decode = (
    replies: readonly (readonly (Buffer | null)[])[],
    count: number,
    viewOf: (reply: number) => number,
  ): number => {
    const { values, states } = typedColumns(count);
    let sum = 0;
    replies.forEach((cells, reply) => {
      for (let from = 0; from < cells.length; from += features + 1) {
        const view = viewOf(reply) + from / (features + 1);
        const at = cells.length > features + 1 ? reply : Math.floor(reply / views.length);
        for (let f = 0; f < features; f++) {
          const bytes = cells[from + f];
          if (!bytes || bytes[0] !== doubleTag) continue;
          const value = bytes.readDoubleLE(1);
          const cell = (view * features + f) * count + at;
          values[cell] = value;
          states[cell] = 1;
          sum += value;
        }
      }
    });
    return sum;
  };
  const read = async (commands: readonly (readonly [string, ...Buffer[]])[]): Promise<(Buffer | null)[][]> => {
    const pipeline = client.pipeline();
    for (const [key, ...fields] of commands) pipeline.hmgetBuffer(key, ...fields);
    const replies = (await pipeline.exec()) ?? [];
    return replies.map(([error, cells]) => {
      if (error !== null) throw error;
      return cells as (Buffer | null)[];
    });
  };
  return {
    write: async (keys, featuresOf) => {
      for (let from = 0; from < keys.length; from += 500) {
        const pipeline = client.pipeline();
        for (const key of keys.slice(from, from + 500)) {
          const cells = featuresOf(key).flatMap((own, view) =>
            (viewFields[view] ?? []).flatMap((field, f) => [
              field,
              f < features ? valueBytes(own[f] ?? null) : timestamp,
            ]),
          );
          pipeline.hset(`fields:${key}`, ...cells);
        }
        await pipeline.exec();
      }
    },
    readPerView: async (keys) => {
      const commands = keys.flatMap((key) => viewFields.map((fields) => [`fields:${key}`, ...fields] as const));
      return decode(await read(commands), keys.length, (reply) => reply % views.length);
    },
    readPerEntity: async (keys) => {
      const commands = keys.map((key) => [`fields:${key}`, ...viewFields.flat()] as const);
      return decode(await read(commands), keys.length, () => 0);
    },
  };
}
