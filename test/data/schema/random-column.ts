import type { CellTag } from "../../../src/core/cell-type.ts";
import type { Random } from "../../../src/core/random.ts";
import type { Column } from "../../../src/table/column.ts";
import { cellAdder } from "../../../src/table/table-from-rows.ts";
import { pick, type RandomField } from "./random-schema.ts";

const tags: readonly CellTag[] = ["f64", "i32", "i64", "utf8", "bool", "instant", "json", "f64[]", "utf8[]"];

const doubles = [
  0,
  -0,
  1,
  -1,
  3,
  7,
  10,
  2.5,
  0.1,
  0.3,
  -7.5,
  1e-7,
  5.000000000000001,
  Number.NaN,
  Infinity,
  -Infinity,
  Number.MAX_VALUE,
  Number.MIN_VALUE,
  2 ** 31,
  2 ** 31 - 1,
  -(2 ** 31),
  2 ** 32,
  2 ** 53,
  2 ** 53 - 1,
  -(2 ** 53),
  3.5e38,
  1e21,
  999999999999999.9,
  0.07 * 29,
];
const integers = [0, 1, -1, 2, 3, 5, 7, 10, 2147483647, -2147483648];
const longs = [
  0n,
  1n,
  -1n,
  5n,
  6n,
  7n,
  2n ** 31n,
  2n ** 32n,
  -(2n ** 32n) - 1n,
  2n ** 53n - 1n,
  2n ** 53n,
  -(2n ** 53n),
  2n ** 63n - 1n,
  -(2n ** 63n),
];
const texts = [
  "",
  "a",
  "b",
  "A",
  "ab",
  "ba",
  " a ",
  "a1",
  "a\n",
  "é",
  "e\u0301",
  "😀",
  "😀😀",
  "a😀",
  "12",
  "0",
  "true",
  "yes",
  "ATL",
  "x1",
  "a@b.co",
  "null",
  "2026-01-01",
];
const instants = [0, 1, -1, 50, 49.5, -0.5, 1e12, 1e12 + 0.123, 8.64e15, -8.64e15, 8.64e15 + 1, Number.NaN];
const jsons = [
  { a: 1 },
  { a: 1, b: "y" },
  { a: -1 },
  { b: 1 },
  {},
  [1, 2],
  [9],
  [],
  [1, "x"],
  [{ a: 1 }],
  { k: "a", a: 1 },
  { k: "b" },
  { k: "c" },
  { "": 1 },
  "text",
  5,
  true,
  { x: [1, { y: null }] },
];

function valueFor(tag: CellTag, random: Random, hints: readonly unknown[]): unknown {
  const pools: { readonly [T in CellTag]: readonly unknown[] } = {
    f64: doubles,
    i32: integers,
    i64: longs,
    utf8: texts,
    bool: [true, false],
    instant: instants,
    json: jsons,
    "f64[]": [[], [1.5, 0], [3], [1, 2], [1, 2, 3], [4, 1], [Number.NaN], [2, -Infinity], [7, 7, 7, 7]],
    "utf8[]": [[], ["a", ""], ["b"], ["ab", "ab"], ["a", "b", "c"], ["😀"], ["a@b.co"]],
  };
  if (hints.length > 0 && random.int(2) === 0) {
    const hint = pick(random, [...hints]);
    if (tag === "i64" && typeof hint === "bigint") return BigInt.asIntN(64, hint + BigInt(random.int(3)) - 1n);
    if (tag === "i64" && typeof hint === "number" && Number.isSafeInteger(hint)) return BigInt(hint);
    if (typeof hint === "number" && (tag === "f64" || tag === "instant")) return hint;
    if (typeof hint === "number" && tag === "i32" && hint === (hint | 0)) return hint;
    if (typeof hint === "string" && tag === "utf8") return hint;
  }
  return pick(random, pools[tag]);
}

/** The cell type that the schema would like, mostly, else any. */
function tagFor(field: RandomField, random: Random): CellTag {
  if (random.int(4) === 0) return pick(random, tags);
  if (field.likes !== undefined) return pick(random, [...field.likes]);
  if (field.numbers === "number") return pick(random, ["f64", "f64", "f64", "i32", "i64"]);
  if (field.numbers === "bigint") return pick(random, ["i64", "i64", "i64", "i32", "f64"]);
  return pick(random, ["utf8", "utf8", "utf8", "json", "instant", "bool", "f64"]);
}

/** A random column of `rows` cells, some null, some absent; or `undefined`: the table lacks it. */
export function randomColumn(field: RandomField, random: Random, rows: number): Column | undefined {
  if (random.int(25) === 0) return undefined;
  const adder = cellAdder(tagFor(field, random));
  const missing = random.int(3) === 0 ? 0 : 6;
  for (let row = 0; row < rows; row++) {
    const roll = missing === 0 ? 9 : random.int(missing * 3);
    const value = roll === 0 ? null : roll === 1 ? undefined : valueFor(adder.builder.tag, random, field.hints);
    if (!adder.tryPush(value)) throw new Error(`no ${adder.builder.tag}: ${String(value)}`);
  }
  return adder.builder.finish();
}
