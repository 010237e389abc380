import fc from "fast-check";
import { expect, test } from "vitest";
import { isSluiceError } from "../../src/core/errors.ts";
import { cellAt } from "../../src/table/cell-at.ts";
import type { Column } from "../../src/table/column.ts";
import { decodeColumn } from "../../src/table/decode-column.ts";
import { encodeColumn } from "../../src/table/encode-column.ts";
import { tableFromRows } from "../../src/table/table-from-rows.ts";
import { takeRows } from "../../src/table/take-rows.ts";
import { everyTypeAndLists, randomRowsWithLists, sameCell } from "./random-table.ts";

function bytesOfColumn(column: Column): Uint8Array {
  return new Uint8Array(Buffer.concat([...encodeColumn("c", column)]));
}

test("a column's bytes hold every cell, and equal cells have equal bytes", () => {
  fc.assert(
    fc.property(randomRowsWithLists, (rows) => {
      const table = tableFromRows([...rows, ...rows], everyTypeAndLists);
      const again = takeRows(
        table,
        Int32Array.from(rows, (_, i) => rows.length + i),
      );
      const first = tableFromRows(rows, everyTypeAndLists);
      for (const [name, column] of Object.entries(first.columns)) {
        const bytes = bytesOfColumn(column);
        const decoded = decodeColumn(bytes);
        expect(decoded.values.length).toBe(rows.length);
        for (let row = 0; row < rows.length; row++)
          if (!sameCell(cellAt(decoded, row), cellAt(column, row))) expect.fail(`cell ${name}[${row}] differs`);
        const other = again.columns[name];
        expect(other && Buffer.compare(bytesOfColumn(other), bytes)).toBe(0);
      }
    }),
    { seed: 12, numRuns: 200 },
  );
});

test("codes take one, two or four bytes, as the dictionary needs", () => {
  for (const [entries, width] of [
    [256, 1],
    [257, 2],
    [65_536, 2],
    [65_537, 4],
  ] as const) {
    const dictionary = Array.from({ length: entries }, (_, i) => `é${i}`);
    const values = Int32Array.from({ length: entries + 3 }, (_, i) => i % entries);
    const bytes = bytesOfColumn({ tag: "utf8", values, dictionary });
    expect(bytes.at(-24 + 3)).toBe(width);
    expect(decodeColumn(bytes)).toEqual({ tag: "utf8", values, dictionary });
  }
});

test("two lone surrogates that would join are refused, as one is", () => {
  for (const dictionary of [["\ud835"], ["\ud835", "\udcb3"], ["a\udcb3"]]) {
    const column: Column = { tag: "utf8", values: Int32Array.from(dictionary, (_, i) => i), dictionary };
    expect(() => encodeColumn("c", column)).toThrowError(/table\/unsupported-type.*lone surrogate in column "c"/);
  }
});

test("bytes that are no column, or are cut short, are refused", () => {
  const bytes = bytesOfColumn({ tag: "utf8", values: Int32Array.of(0, 1), dictionary: ["a", "b"] });
  for (let length = 0; length < bytes.length; length++) {
    const cut = bytes.slice(bytes.length - length);
    expect(() => decodeColumn(cut)).toThrow();
    const error = (() => {
      try {
        return decodeColumn(cut);
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(isSluiceError(error, "data/malformed-source")).toBe(true);
  }
});
