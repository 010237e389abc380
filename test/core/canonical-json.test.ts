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

test.each([
  ["0000000000000000", "0"],
  ["8000000000000000", "0"],
  ["0000000000000001", "5e-324"],
  ["8000000000000001", "-5e-324"],
  ["7fefffffffffffff", "1.7976931348623157e+308"],
  ["ffefffffffffffff", "-1.7976931348623157e+308"],
  ["4340000000000000", "9007199254740992"],
  ["c340000000000000", "-9007199254740992"],
  ["4430000000000000", "295147905179352830000"],
  ["44b52d02c7e14af5", "9.999999999999997e+22"],
  ["44b52d02c7e14af6", "1e+23"],
  ["44b52d02c7e14af7", "1.0000000000000001e+23"],
  ["444b1ae4d6e2ef4e", "999999999999999700000"],
  ["444b1ae4d6e2ef4f", "999999999999999900000"],
  ["444b1ae4d6e2ef50", "1e+21"],
  ["3eb0c6f7a0b5ed8c", "9.999999999999997e-7"],
  ["3eb0c6f7a0b5ed8d", "0.000001"],
  ["41b3de4355555553", "333333333.3333332"],
  ["41b3de4355555554", "333333333.33333325"],
  ["41b3de4355555555", "333333333.3333333"],
  ["41b3de4355555556", "333333333.3333334"],
  ["41b3de4355555557", "333333333.33333343"],
  ["becbf647612f3696", "-0.0000033333333333333333"],
  ["43143ff3c1cb0959", "1424953923781206.2"],
])("the number %s of RFC 8785, appendix B, is written %s", (bits, text) => {
  const number = Buffer.from(bits, "hex").readDoubleBE();
  expect(canonicalJson(number)).toBe(text);
});

test.each(["7fffffffffffffff", "7ff0000000000000"])("the number %s of RFC 8785, appendix B, is refused", (bits) => {
  expect(() => canonicalJson(Buffer.from(bits, "hex").readDoubleBE())).toThrowError(/NaN|Infinity/);
});

test("what canonical JSON is read back from is written the same again: stored text is its own canonical form", () => {
  const text = canonicalJson({ z: -0, a: [1e21, '\u2028\u007f"\\/', {}], "": null });
  expect(canonicalJson(JSON.parse(text))).toBe(text);
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
