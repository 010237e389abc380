import fc from "fast-check";
import { expect, test } from "vitest";
import { isSluiceError } from "../../src/core/errors.ts";
import { cellAt } from "../../src/table/cell-at.ts";
import { decodePart } from "../../src/table/decode-part.ts";
import { encodePart } from "../../src/table/encode-part.ts";
import { concatTables } from "../../src/table/concat-tables.ts";
import { makeTable, type Table } from "../../src/table/table.ts";
import { tableDigest } from "../../src/table/table-digest.ts";
import { tableFromRows } from "../../src/table/table-from-rows.ts";
import { sliceRows, takeRows } from "../../src/table/take-rows.ts";
import { everyTypeAndLists, randomRowsWithLists, sameCell } from "./random-table.ts";

function expectSameCells(actual: Table, expected: Table): void {
  expect(actual.rowCount).toBe(expected.rowCount);
  expect(Object.keys(actual.columns)).toEqual(Object.keys(expected.columns));
  for (const [name, column] of Object.entries(expected.columns)) {
    const other = actual.columns[name];
    for (let row = 0; row < expected.rowCount; row++) {
      const same = other !== undefined && sameCell(cellAt(other, row), cellAt(column, row));
      if (!same) expect.fail(`cell ${name}[${row}] differs`);
    }
  }
}

test("a part holds every cell: values, nulls, absent cells, NaN and -0", () => {
  fc.assert(
    fc.property(randomRowsWithLists, (rows) => {
      const table = tableFromRows(rows, everyTypeAndLists);
      expectSameCells(decodePart(encodePart(table)), table);
    }),
    { seed: 11, numRuns: 300 },
  );
});

test("equal content has equal bytes, however the table came to be", () => {
  fc.assert(
    fc.property(randomRowsWithLists, randomRowsWithLists, fc.nat(), (first, second, cut) => {
      const whole = tableFromRows([...first, ...second], everyTypeAndLists);
      const joined = concatTables([tableFromRows(first, everyTypeAndLists), tableFromRows(second, everyTypeAndLists)]);
      const shuffled = takeRows(
        takeRows(
          whole,
          Array.from({ length: whole.rowCount }, (_, i) => whole.rowCount - 1 - i),
        ),
        Array.from({ length: whole.rowCount }, (_, i) => whole.rowCount - 1 - i),
      );
      expect(tableDigest(joined)).toBe(tableDigest(whole));
      expect(tableDigest(shuffled)).toBe(tableDigest(whole));
      const at = whole.rowCount === 0 ? 0 : cut % whole.rowCount;
      expect(encodePart(sliceRows(whole, 0, at))).toEqual(
        encodePart(tableFromRows([...first, ...second].slice(0, at), everyTypeAndLists)),
      );
    }),
    { seed: 12, numRuns: 200 },
  );
});

test("one changed cell changes the digest; so do null for absent, -0 for 0 and a column's name", () => {
  const base = tableFromRows([{ a: 0 }, { a: null }], { a: { tag: "f64", nullable: true } });
  const digests = [
    base,
    tableFromRows([{ a: 1 }, { a: null }], { a: { tag: "f64", nullable: true } }),
    tableFromRows([{ a: -0 }, { a: null }], { a: { tag: "f64", nullable: true } }),
    tableFromRows([{ a: 0 }, {}], { a: { tag: "f64", nullable: true } }),
    makeTable({ b: base.columns["a"] ?? expect.fail("column a") }),
    tableFromRows([{ a: 0 }, { a: null }], { a: { tag: "instant", nullable: true } }),
  ].map(tableDigest);
  expect(new Set(digests).size).toBe(digests.length);
});

test("values under nulls and unused dictionary entries do not matter", () => {
  const left = makeTable({
    d: { tag: "utf8", values: Int32Array.of(1, 2, 0), dictionary: ["x", "b", "a"], states: Uint8Array.of(1, 1, 0) },
  });
  const right = makeTable({
    d: { tag: "utf8", values: Int32Array.of(0, 1, 1), dictionary: ["b", "a"], states: Uint8Array.of(1, 1, 0) },
  });
  expect(encodePart(left)).toEqual(encodePart(right));
});

test("decoding copies nothing where the bytes are aligned, and works where they are not", () => {
  const table = makeTable({ a: { tag: "f64", values: Float64Array.of(1, 2, 3) } });
  const bytes = encodePart(table);
  expect(decodePart(bytes).columns["a"]?.values.buffer).toBe(bytes.buffer);
  const odd = new Uint8Array(bytes.length + 3);
  odd.set(bytes, 3);
  expectSameCells(decodePart(odd.subarray(3)), table);
});

test("only the wanted columns are decoded", () => {
  const bytes = encodePart(
    tableFromRows([{ a: 1, b: 2 }], { a: { tag: "f64", nullable: false }, b: { tag: "i32", nullable: false } }),
  );
  expect(Object.keys(decodePart(bytes, ["b"]).columns)).toEqual(["b"]);
  expect(() => decodePart(bytes, ["z"])).toThrowError(/data\/missing-column.*"z"/);
});

test("bytes that are no part, or cut short, or of a newer format are refused", () => {
  const bytes = encodePart(makeTable({ a: { tag: "f64", values: Float64Array.of(1, 2, 3) } }));
  const newer = new TextEncoder().encode(new TextDecoder("latin1").decode(bytes).replace('"format":1', '"format":9'));
  for (const bad of [new Uint8Array(40), bytes.subarray(0, bytes.length - 8), bytes.subarray(0, 20), newer]) {
    try {
      decodePart(bad);
      expect.fail("accepted");
    } catch (error) {
      expect(isSluiceError(error, "data/malformed-source"), String(error)).toBe(true);
    }
  }
});

test("text that UTF-8 cannot hold is refused, not changed", () => {
  expect(() =>
    encodePart(makeTable({ d: { tag: "utf8", values: Int32Array.of(0), dictionary: ["\ud800"] } })),
  ).toThrowError(/lone surrogate/);
});
