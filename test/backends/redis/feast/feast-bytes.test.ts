import { expect, test } from "vitest";
import { entityKey, featureField } from "../../../../src/backends/redis/feast/feast-names.ts";
import { decodeTime, encodeTime } from "../../../../src/backends/redis/feast/feast-time.ts";
import { decodeValue, encodeValue } from "../../../../src/backends/redis/feast/feast-value.ts";
import type { FeastKeyType } from "../../../../src/backends/redis/index.ts";
import { seededRandom } from "../../../../src/core/random.ts";
import { golden, goldenValue } from "./golden.ts";

const keyTypes: { readonly [member: string]: FeastKeyType } = {
  int64_val: "INT64",
  int32_val: "INT32",
  string_val: "STRING",
  bytes_val: "BYTES",
  unix_timestamp_val: "UNIX_TIMESTAMP",
};

test("entity keys are Feast's bytes", () => {
  for (const { project, keys, hex } of golden.keys) {
    const entries = Object.entries(keys).map(([name, [member, shown]]) => {
      const type = keyTypes[member] ?? "STRING";
      const value = type === "INT32" ? Number(shown) : goldenValue(type, shown);
      return { name, type, value };
    });
    const types = Object.fromEntries(entries.map(({ name, type }) => [name, type]));
    const key = Object.fromEntries(entries.map(({ name, value }) => [name, value]));
    expect(entityKey(project, types, key).toString("hex")).toBe(hex);
  }
  const dummy = golden.keys.find(({ keys }) => keys["__dummy_id"] !== undefined);
  expect(entityKey("p", {}, {}).toString("hex")).toBe(dummy?.hex);
});

test("hash fields are Feast's", () => {
  for (const [name, hex] of Object.entries(golden.fields)) {
    const colon = name.indexOf(":");
    expect(featureField(name.slice(0, colon), name.slice(colon + 1)).toString("hex")).toBe(hex);
  }
});

test("values are Feast's bytes, there and back", () => {
  expect(golden.values.length).toBeGreaterThan(30);
  for (const { type, value: shown, hex } of golden.values) {
    const value = goldenValue(type, shown);
    expect([type, encodeValue("x", type, value).toString("hex")]).toEqual([type, hex]);
    expect(decodeValue("x", type, Buffer.from(hex, "hex"))).toStrictEqual(value);
  }
  for (const hex of golden.nulls) expect(decodeValue("x", "INT64", Buffer.from(hex, "hex"))).toBe(null);
  expect(encodeValue("x", "DOUBLE_LIST", null)).toHaveLength(0);
});

test("instants are Feast's bytes, to the microsecond", () => {
  for (const { seconds, nanos, hex } of golden.times) {
    const ms = (seconds * 1e6 + nanos / 1000) / 1000;
    expect(decodeTime(Buffer.from(hex, "hex"))).toBe(ms);
    if (nanos % 1000 === 0) expect(encodeTime(ms).toString("hex")).toBe(hex);
  }
  const random = seededRandom("times");
  for (let i = 0; i < 2000; i++) {
    const micros = Math.floor((random.next() - 0.3) * 8e15);
    expect(decodeTime(encodeTime(micros / 1000))).toBe(micros / 1000);
  }
  for (const ms of [Number.NaN, Number.POSITIVE_INFINITY, -1e15, 1e15])
    expect(() => encodeTime(ms)).toThrow(expect.objectContaining({ code: "features/invalid-input" }));
});

test("what has another type, or is no value, is refused and named", () => {
  const wrong: readonly (readonly [Parameters<typeof encodeValue>[1], unknown])[] = [
    ["INT64", 1],
    ["INT64", 2n ** 63n],
    ["INT32", 2 ** 31],
    ["INT32", 0.5],
    ["DOUBLE", 1n],
    ["BOOL", 1],
    ["STRING", "\ud800"],
    ["STRING", undefined],
    ["BYTES", "x"],
    ["UNIX_TIMESTAMP", 1500],
    ["DOUBLE_LIST", [1, "2"]],
    ["STRING_LIST", "a"],
  ];
  for (const [type, value] of wrong)
    expect(() => encodeValue('feature "a:b" in row 3', type, value)).toThrow(
      expect.objectContaining({
        code: "features/invalid-input",
        message: expect.stringContaining('feature "a:b" in row 3'),
      }),
    );
  const seven = encodeValue("x", "INT64", 7n);
  expect(() => decodeValue('feature "a:b"', "STRING", seven)).toThrow(
    expect.objectContaining({ code: "table/type-mismatch", message: expect.stringContaining("type INT64") }),
  );
  for (const damaged of ["ff", "0a05", "2900", "08", "ffffffffffffffffffffff"])
    expect(() => decodeValue("x", "DOUBLE", Buffer.from(damaged, "hex"))).toThrow();
  expect(() => entityKey("p", { id: "INT64" }, {})).toThrow(
    expect.objectContaining({ code: "features/invalid-input" }),
  );
});
