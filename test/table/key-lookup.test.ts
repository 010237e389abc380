import { expect, test } from "vitest";
import type { CellTag, CellValue } from "../../src/core/cell-type.ts";
import { type Random, seededRandom } from "../../src/core/random.ts";
import { KeyLookup } from "../../src/table/key-lookup.ts";
import type { Table } from "../../src/table/table.ts";
import { takeRows } from "../../src/table/take-rows.ts";
import { rowsOf } from "../../src/testing/offline-rows.ts";

type Draw = (random: Random) => CellValue | undefined;

const draws: { readonly [kind: string]: { readonly tag: CellTag; readonly draw: Draw } } = {
  "near integers": { tag: "i32", draw: (random) => random.int(700) * 5 - 150 },
  "far integers": { tag: "i32", draw: (random) => (random.int(4000) * 1_048_573) | 0 },
  "64-bit integers": { tag: "i64", draw: (random) => 2n ** 53n * BigInt(random.int(5) - 2) + BigInt(random.int(600)) },
  doubles: { tag: "f64", draw: (random) => [0, -0, Number.NaN, random.int(2000) / 8 - 100][random.int(4)] },
  instants: { tag: "instant", draw: (random) => random.int(2000) / 1000 },
  booleans: { tag: "bool", draw: (random) => random.int(2) === 0 },
  texts: { tag: "utf8", draw: (random) => `${random.int(2) === 0 ? "a" : "b"}${random.int(700)}` },
};

function table(
  tags: { readonly [name: string]: CellTag },
  columns: readonly Draw[],
  random: Random,
  rows: number,
): Table {
  const cell = (draw: Draw) => [null, undefined, ...Array.from({ length: 18 }, () => draw(random))][random.int(20)];
  return rowsOf(
    tags,
    Array.from({ length: rows }, () => columns.map(cell)),
  );
}

const pairs = Object.keys(draws).flatMap((a, i, all) => [[a], [a, all[(i + 2) % all.length] ?? a]]);

test.each(pairs.map((kinds) => ({ kinds })))(
  "keys of $kinds have one code if and only if they are equal",
  ({ kinds }) => {
    const random = seededRandom(kinds.join());
    const columns = kinds.flatMap((kind) => draws[kind] ?? []);
    const names = columns.map((_, i) => `k${i}`);
    const tags = Object.fromEntries(columns.map(({ tag }, i) => [`k${i}`, tag]));
    const own = table(
      tags,
      columns.map(({ draw }) => draw),
      random,
      4000,
    );
    const other = table(
      tags,
      columns.map(({ draw }) => draw),
      random,
      1500,
    );
    const lookup = new KeyLookup(own, names);
    const codes = new Map<string, number>();
    const textOf = (from: Table, row: number): string | undefined => {
      const cells = names.map((name) => {
        const column = from.columns[name];
        if (column === undefined || (column.states !== undefined && column.states[row] !== 1)) return undefined;
        const value = column.values[row] ?? 0;
        return column.tag === "utf8" ? JSON.stringify(column.dictionary[Number(value)]) : String(value);
      });
      return cells.includes(undefined) ? undefined : cells.join("|");
    };
    const seen = new Set<number>();
    lookup.codes.forEach((code, row) => {
      const key = textOf(own, row);
      if (key === undefined) expect(code).toBe(-1);
      else {
        expect(code).toBeLessThan(lookup.count);
        if (codes.has(key)) expect(code).toBe(codes.get(key));
        else expect(seen.has(code)).toBe(false);
        codes.set(key, code);
        seen.add(code);
      }
    });
    lookup.probe(other).forEach((code, row) => {
      expect(code).toBe(codes.get(textOf(other, row) ?? "none") ?? -1);
    });
  },
);

test("a key that lies between others, or only in a dictionary, is not found", () => {
  const lookup = new KeyLookup(rowsOf({ k: "i32" }, [[1], [5], [null]]), ["k"]);
  expect([...lookup.probe(rowsOf({ k: "i32" }, [[3], [5], [0], [6], [null]]))].map((code) => code >= 0)).toEqual([
    false,
    true,
    false,
    false,
    false,
  ]);
  const texts = rowsOf({ k: "utf8" }, [["a"], ["b"], ["c"]]);
  const some = new KeyLookup(takeRows(texts, [0, 2]), ["k"]);
  expect([...some.probe(texts)].map((code) => code >= 0)).toEqual([true, false, true]);
  const others = rowsOf({ k: "utf8" }, [["c"], ["b"], ["d"]]);
  expect([...some.probe(others)].map((code) => code >= 0)).toEqual([true, false, false]);
});
