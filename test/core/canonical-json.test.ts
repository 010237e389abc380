import { expect, test } from "vitest";
import { canonicalJson, type JsonValue } from "../../src/core/canonical-json.ts";
import { digestOfJson } from "../../src/core/digest.ts";

test("the example of RFC 8785, section 3.2.3: keys by UTF-16 code units", () => {
  const value = {
    "€": "Euro Sign",
    "\r": "Carriage Return",
    "\ufb33": "Hebrew Letter Dalet With Dagesh",
    "1": "One",
    "\u{1F600}": "Emoji: Grinning Face",
    "\u0080": "Control",
    ö: "Latin Small Letter O With Diaeresis",
  };
  expect(Object.values(JSON.parse(canonicalJson(value)))).toHaveLength(7);
  expect(canonicalJson(value)).toBe(
    '{"\\r":"Carriage Return","1":"One","\u0080":"Control","ö":"Latin Small Letter O With Diaeresis","€":"Euro Sign","\u{1F600}":"Emoji: Grinning Face","\ufb33":"Hebrew Letter Dalet With Dagesh"}',
  );
});

test("the example of RFC 8785, section 3.2.2: numbers, strings and literals", () => {
  const value = {
    numbers: [Number("333333333.33333329"), 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
    string: '€$\u000f\nA\'B"\\\\"/',
    literals: [null, true, false],
  };
  expect(canonicalJson(value)).toBe(
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  );
});

test("equal values have equal digests whatever their key order; absent members do not count, null does", () => {
  const digest = digestOfJson({ a: 1, b: [{ c: 2, d: null }] });
  expect(digestOfJson({ b: [{ d: null, c: 2 }], a: 1, gone: undefined })).toBe(digest);
  expect(digestOfJson({ b: [{ c: 2 }], a: 1 })).not.toBe(digest);
});

test.each<[string, unknown]>([
  ["NaN at $.a", { a: Number.NaN }],
  ["Infinity at $[1]", [0, Number.POSITIVE_INFINITY]],
  ["lone surrogate at $", "\ud800"],
  ["lone surrogate at $", { "\ud800": 1 }],
  ["undefined at $[0]", [undefined]],
  ["undefined at $[1]", Object.assign(new Array(3), { 0: 1, 2: 3 })],
  ["bigint at $", 1n],
  ["an object of a class at $", new Date(0)],
  ["an object of a class at $.m", { m: new Map() }],
])("%s is refused", (found, value) => {
  expect(() => canonicalJson(value as JsonValue)).toThrowError(found);
});
