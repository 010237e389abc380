import {
  Binary,
  DateDay,
  DateMillisecond,
  Dictionary,
  Float32,
  Int16,
  Int32,
  Table as ArrowTable,
  tableFromIPC,
  tableToIPC,
  TimestampMicrosecond,
  TimestampMillisecond,
  TimestampNanosecond,
  TimestampSecond,
  Uint32,
  Utf8,
} from "apache-arrow";
// biome-ignore lint/style/noRestrictedImports: tables as a host makes them, by Arrow's own builders
import { tableFromArrays, vectorFromArray } from "apache-arrow";
import fc from "fast-check";
import { expect, test } from "vitest";
import { tableFromArrow } from "../../../src/backends/arrow/arrow-source.ts";
import { tableToArrow } from "../../../src/backends/arrow/table-to-arrow.ts";
import { tableDigest } from "../../../src/table/table-digest.ts";
import { tableFromRows } from "../../../src/table/table-from-rows.ts";
import { tableToRows } from "../../../src/table/table-to-rows.ts";
import { everyType, randomRows } from "../../table/random-table.ts";

const day = 86_400_000;

test("every supported Arrow type is read from its buffers, nulls included", () => {
  const at = new Date("2001-01-02T03:04:05.678Z");
  const table = new ArrowTable({
    small: vectorFromArray([1, null, -3], new Int16()),
    unsigned: vectorFromArray([1, 4294967295, null], new Uint32()),
    single: vectorFromArray([0.5, null, -2], new Float32()),
    wide: vectorFromArray([1n, null, -(2n ** 60n)]),
    flag: vectorFromArray([true, null, false]),
    text: vectorFromArray(["ä😀", null, ""], new Utf8()),
    coded: vectorFromArray(["b", null, "a"], new Dictionary(new Utf8(), new Int32())),
    seconds: vectorFromArray([new Date(at.getTime() - 678), null, at.getTime() - 678], new TimestampSecond()),
    millis: vectorFromArray([at, null, at], new TimestampMillisecond()),
    micros: vectorFromArray([at, null, at], new TimestampMicrosecond()),
    nanos: vectorFromArray([at, null, at], new TimestampNanosecond()),
    days: vectorFromArray([new Date(day * 3), null, new Date(-day)], new DateDay()),
    dates: vectorFromArray([at, null, at], new DateMillisecond()),
  });
  const rows = tableToRows(tableFromArrow(tableFromIPC(tableToIPC(table))));
  const ms = at.getTime();
  expect(rows[0]).toEqual({
    small: 1,
    unsigned: 1n,
    single: 0.5,
    wide: 1n,
    flag: true,
    text: "ä😀",
    coded: "b",
    seconds: ms - 678,
    millis: ms,
    micros: ms,
    nanos: ms,
    days: 3 * day,
    dates: ms,
  });
  expect(
    Object.entries(rows[1] ?? {})
      .filter(([name]) => name !== "unsigned")
      .every(([, value]) => value === null),
  ).toBe(true);
  expect(rows[1]?.["unsigned"]).toBe(4294967295n);
  expect(rows[2]).toMatchObject({
    small: -3,
    unsigned: null,
    single: -2,
    wide: -(2n ** 60n),
    flag: false,
    text: "",
    coded: "a",
    days: -day,
  });
});

test("what goes out comes in again, sliced anywhere and in several batches", () => {
  fc.assert(
    fc.property(randomRows, fc.nat(30), fc.nat(30), (rows, a, b) => {
      const year9999 = 253_402_300_799_000;
      const nulls = rows.map((row) => {
        const f = row["f"];
        return {
          ...Object.fromEntries(Object.keys(everyType).map((name) => [name, row[name] ?? null])),
          f: typeof f === "number" ? Math.trunc(f % year9999) : null,
        };
      });
      const table = tableFromRows(nulls, everyType);
      const [from, to] = [Math.min(a, b, nulls.length), Math.min(Math.max(a, b), nulls.length)];
      const arrow = tableToArrow(table);
      const sliced = tableToRows(tableFromArrow(arrow.slice(from, to)));
      expect(sliced).toStrictEqual(nulls.slice(from, to));
      const twice = tableFromArrow(arrow.slice(0, from).concat(arrow.slice(from)));
      expect(tableDigest(twice)).toBe(tableDigest(table));
    }),
    { seed: 51, numRuns: 200 },
  );
});

test("null and absent stay apart on the way out by a companion column", () => {
  const arrow = tableToArrow(tableFromRows([{ a: null }, {}, { a: 1 }], { a: { tag: "f64", nullable: true } }));
  expect(arrow.schema.fields.map((field) => field.name)).toEqual(["a", "a__absent"]);
  expect(tableToRows(tableFromArrow(arrow))).toEqual([
    { a: null, a__absent: false },
    { a: null, a__absent: true },
    { a: 1, a__absent: false },
  ]);
});

test("a type that no column can hold is refused by name", () => {
  const bytes = new ArrowTable({ tags: vectorFromArray([Uint8Array.of(1)], new Binary()) });
  expect(bytes.schema.fields[0]?.type).toBeInstanceOf(Binary);
  expect(() => tableFromArrow(bytes)).toThrowError(/table\/unsupported-type.*"tags"/);
  expect(() => tableFromArrow(tableFromArrays({ big: BigUint64Array.of(2n ** 63n) }))).toThrowError(
    /9223372036854775808/,
  );
});
