import { readFileSync } from "node:fs";
import type { FeastType, FeastView } from "../../../../src/backends/redis/index.ts";

// What Feast itself writes: bytes made by its Python package (see `origin` in the file), as hexadecimal texts.

export interface Golden {
  readonly keys: readonly {
    readonly project: string;
    /** By join key: the member of `feast.types.Value` and the value as text. */
    readonly keys: { readonly [name: string]: readonly [string, string] };
    readonly hex: string;
  }[];
  readonly fields: { readonly [name: string]: string };
  readonly values: readonly { readonly type: FeastType; readonly value: unknown; readonly hex: string }[];
  readonly nulls: readonly string[];
  readonly times: readonly { readonly seconds: number; readonly nanos: number; readonly hex: string }[];
  /** What Redis held after Feast's online store wrote `rows` of the test. */
  readonly deployment: { readonly [key: string]: { readonly [field: string]: string } };
}

export const golden: Golden = JSON.parse(
  readFileSync(new URL("../../../golden/feast-redis.json", import.meta.url), "utf8"),
);

/** The view of the golden deployment, in project "shop". */
export const stats = {
  name: "driver_stats",
  keys: { driver_id: "INT64" },
  features: {
    conv_rate: "FLOAT",
    acc_rate: "DOUBLE",
    trips: "INT64",
    name: "STRING",
    active: "BOOL",
    embedding: "DOUBLE_LIST",
  },
} as const satisfies FeastView;
export const profile = {
  name: "driver_profile",
  keys: { driver_id: "INT64" },
  features: { age: "INT32" },
} as const satisfies FeastView;

/** A value of the golden file as this library has it. */
export function goldenValue(type: FeastType, shown: unknown): unknown {
  if (Array.isArray(shown)) return type === "STRING_LIST" ? shown : shown.map(Number);
  switch (type) {
    case "INT64":
      return BigInt(String(shown));
    case "DOUBLE":
    case "FLOAT":
      return Number(shown);
    case "UNIX_TIMESTAMP":
      return Number(shown) * 1000;
    case "BYTES":
      return Uint8Array.from(Buffer.from(String(shown), "hex"));
    default:
      return shown;
  }
}
