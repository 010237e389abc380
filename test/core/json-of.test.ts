import { expect, test } from "vitest";
import { canonicalJson } from "../../src/core/canonical-json.ts";
import { jsonOf } from "../../src/core/json-of.ts";

const inItself: { [name: string]: unknown } = { a: 1 };
inItself["list"] = [inItself];
let deep: unknown = 1;
for (let i = 0; i < 20_000; i++) deep = [deep];

test.each([
  ["in itself", inItself],
  ["20,000 levels deep", deep],
])("what is %s is no JSON, and says so", (_what, value) => {
  expect(() => jsonOf(value)).toThrow(
    /argument\/invalid: found a value that is in itself, or more than 1000 levels deep/,
  );
  expect(() => canonicalJson(value as never)).toThrow(
    /argument\/invalid: found a value that is in itself, or more than/,
  );
});

test("what has no members of its own is no JSON: it would be stored as {}", () => {
  for (const value of [new Date(0), new Map([["a", 1]]), new Set([1]), new Uint8Array(2)])
    expect(() => jsonOf({ a: [value] })).toThrow(/argument\/invalid: found an object of the class/);
});

test("a member named __proto__ is a member", () => {
  const value = JSON.parse('{"a":{"__proto__":{"b":1}}}');
  expect(canonicalJson(jsonOf(value))).toBe('{"a":{"__proto__":{"b":1}}}');
});

test("a thousand levels are JSON, and the place of a fault begins where it is said to", () => {
  let levels: unknown = 1;
  for (let i = 0; i < 1000; i++) levels = [levels];
  expect(canonicalJson(jsonOf(levels))).toHaveLength(2001);
  expect(() => canonicalJson({ a: [Number.NaN] }, "params")).toThrow(/found NaN at params\.a\[0\]/);
});
