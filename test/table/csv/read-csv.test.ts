import fc from "fast-check";
import { expect, test } from "vitest";
import type { ColumnTypes } from "../../../src/core/cell-type.ts";
import { seededRandom } from "../../../src/core/random.ts";
import { concatTables } from "../../../src/table/concat-tables.ts";
import type { CsvFault } from "../../../src/table/csv/csv-batch.ts";
import { type CsvOptions, readCsv } from "../../../src/table/csv/read-csv.ts";
import type { Table } from "../../../src/table/table.ts";
import { type RowObject, tableFromRows } from "../../../src/table/table-from-rows.ts";
import { tableToRows } from "../../../src/table/table-to-rows.ts";

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(
  content: string | Uint8Array,
  types: ColumnTypes,
  options: CsvOptions = {},
  pieceSize = 7,
): Promise<{ table: Table; faults: CsvFault[] }> {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  const tables: Table[] = [];
  const faults: CsvFault[] = [];
  let rows = 0;
  for await (const batch of readCsv(inPieces(bytes, pieceSize), types, options)) {
    tables.push(batch.table);
    faults.push(...batch.faults.map((fault) => ({ ...fault, row: rows + fault.row })));
    rows += batch.table.rowCount;
  }
  return { table: concatTables(tables), faults };
}

const text = { s: { tag: "utf8", nullable: true }, n: { tag: "f64", nullable: true } } as const;

const columns: ColumnTypes = {
  f: { tag: "f64", nullable: true },
  i: { tag: "i32", nullable: true },
  l: { tag: "i64", nullable: true },
  s: { tag: "utf8", nullable: true },
  b: { tag: "bool", nullable: true },
  t: { tag: "instant", nullable: true },
};

const randomRow = fc.record({
  f: fc.option(
    fc.oneof(
      fc.double({ noNaN: true }),
      fc.double(),
      fc.integer(),
      fc.double({ min: -1000, max: 1000, noNaN: true }).map((x) => Math.round(x * 100) / 100),
    ),
  ),
  i: fc.option(fc.integer()),
  l: fc.option(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
  s: fc.option(
    fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.constantFrom("", " ", '"', 'a "b" c', "a,b", "two\nlines", "cr\r\nlf", "ä😀", "\r"),
    ),
  ),
  b: fc.option(fc.boolean()),
  t: fc.option(
    fc
      .date({ min: new Date("0000-01-01T00:00:00Z"), max: new Date("9999-12-31T23:59:59.999Z"), noInvalidDate: true })
      .map((date) => date.getTime()),
  ),
});

function field(value: RowObject[string], name: string): string {
  if (value === null || value === undefined) return "";
  if (name === "t") return new Date(Number(value)).toISOString();
  if (typeof value === "string") return `"${value.replaceAll('"', '""')}"`;
  return Object.is(value, -0) ? "-0" : String(value);
}

test("what was written is read back, bit for bit, whatever the pieces and line ends", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(randomRow, { maxLength: 20 }),
      fc.integer({ min: 1, max: 40 }),
      fc.constantFrom("\n", "\r\n"),
      fc.boolean(),
      async (rows, size, end, last) => {
        const lines = [
          Object.keys(columns).join(","),
          ...rows.map((row: RowObject) =>
            Object.keys(columns)
              .map((name) => field(row[name], name))
              .join(","),
          ),
        ];
        const { table, faults } = await read(
          `\ufeff${lines.join(end)}${last || rows.length === 0 ? end : ""}`,
          columns,
          {},
          size,
        );
        expect(faults).toEqual([]);
        expect(tableToRows(table)).toStrictEqual(tableToRows(tableFromRows(rows, columns)));
      },
    ),
    { seed: 61, numRuns: 400 },
  );
});

test("numbers are the doubles that JavaScript reads, from any decimal text", async () => {
  const random = seededRandom(62);
  const digits = (n: number): string => Array.from({ length: n }, () => random.int(10)).join("");
  const texts = Array.from({ length: 20_000 }, () => {
    const whole = digits(random.int(20));
    const fraction = random.int(2) === 0 ? "" : `.${digits(random.int(20))}`;
    const exponent = random.int(4) === 0 ? `e${random.int(600) - 300}` : "";
    return `${["", "-", "+"][random.int(3)]}${whole === "" && fraction.length < 2 ? "7" : whole}${fraction}${exponent}`;
  });
  const { table, faults } = await read(`n\n${texts.join("\n")}\n`, { n: { tag: "f64", nullable: false } }, {}, 1000);
  expect(faults).toEqual([]);
  const wrong = texts.findIndex((number, row) => !Object.is(table.columns["n"]?.values[row], Number(number)));
  expect(wrong === -1 ? "" : texts[wrong]).toBe("");
});

test("a number of any length is read whole, and one that ends in something else is none", async () => {
  const long = `1${"0".repeat(450)}`;
  const rows = [`0.${"0".repeat(450)}5e450`, `${long}e-450`, `${long}x`, `1.${"0".repeat(450)}late`];
  const { table, faults } = await read(`n\n${rows.join("\n")}\n`, { n: { tag: "f64", nullable: true } });
  expect(tableToRows(table)).toEqual([{ n: 0.5 }, { n: 1 }, {}, {}]);
  expect(faults.map(({ row }) => row)).toEqual([2, 3]);
});

test("an empty field is null, a quoted empty one is an empty text; spaces around numbers do not matter", async () => {
  const { table } = await read('s,n\n,1\n"", 2 \nx,\n', text);
  expect(tableToRows(table)).toEqual([
    { s: null, n: 1 },
    { s: "", n: 2 },
    { s: "x", n: null },
  ]);
});

test("ragged rows, unreadable values and stray quotes are faults with their lines; the rows around them are read", async () => {
  const { table, faults } = await read('s,n\n"two\nlines",1\nshort\nlong,2,3\nx,late\n"a"b,5\n\nlast,6\n', text);
  expect(table.rowCount).toBe(6);
  expect(
    faults.map((fault) => [fault.row, fault.line, fault.issues.map((issue) => `${issue.path} ${issue.code}`).join()]),
  ).toEqual([
    [1, 4, " malformed_row"],
    [2, 5, " malformed_row"],
    [3, 6, "n unreadable_value"],
    [4, 7, "s malformed_row"],
  ]);
  expect(faults[2]?.issues[0]?.message).toBe('line 6: "late" is no value of type f64');
  expect(tableToRows(table)).toEqual([
    { s: "two\nlines", n: 1 },
    { s: "short" },
    { s: "long", n: 2 },
    { s: "x" },
    { n: 5 },
    { s: "last", n: 6 },
  ]);
});

test("bytes that are no UTF-8 are a fault of their row", async () => {
  const bytes = new TextEncoder().encode("s,n\nab,1\nok,2\n");
  bytes[4] = 0xff;
  const { table, faults } = await read(bytes, text);
  expect(faults).toMatchObject([{ row: 0, line: 2, issues: [{ path: "s", code: "malformed_text" }] }]);
  expect(tableToRows(table)).toEqual([{ n: 1 }, { s: "ok", n: 2 }]);
});

test("instants without a zone are UTC; impossible ones are faults", async () => {
  const good = [
    "2001-01-02",
    "2001-01-02 03:04",
    "2001-01-02T03:04:05",
    "2001-01-02T03:04:05.678901Z",
    "2001-01-02T03:04:05+02:30",
    "2000-02-29",
  ];
  const bad = [
    "2001-02-29",
    "2001-13-01",
    "2001-1-2",
    "2001-01-02T24:00:00",
    "2001-01-02T03:04:05 CET",
    "978307200",
    "tomorrow!!",
  ];
  const { table, faults } = await read(`t\n${[...good, ...bad].join("\n")}`, {
    t: { tag: "instant", nullable: false },
  });
  expect(
    tableToRows(table)
      .slice(0, good.length)
      .map((row) => row["t"]),
  ).toEqual([
    Date.UTC(2001, 0, 2),
    Date.UTC(2001, 0, 2, 3, 4),
    Date.UTC(2001, 0, 2, 3, 4, 5),
    Date.UTC(2001, 0, 2, 3, 4, 5, 678) + 0.901,
    Date.UTC(2001, 0, 2, 0, 34, 5),
    Date.UTC(2000, 1, 29),
  ]);
  expect(faults.map((fault) => fault.row)).toEqual(bad.map((_, i) => good.length + i));
});

test("other delimiters, no header, unwanted and missing columns", async () => {
  expect(tableToRows((await read("x;1,5\n", text, { header: false, delimiter: ";" })).table)).toEqual([{ s: "x" }]);
  const { table } = await read("other\ts\n1\tx\n", text, { delimiter: "\t" });
  expect(tableToRows(table)).toEqual([{ s: "x" }]);
  await expect(read("a", text, { delimiter: '"' })).rejects.toThrowError(/argument\/invalid/);
});

test("a quote that is never closed, UTF-16, repeated names and an empty file are errors", async () => {
  await expect(read('s,n\na,1\n"open,2\nb,3\n', text)).rejects.toThrowError(/data\/malformed-source.*line 3/);
  await expect(read(Uint8Array.of(0xff, 0xfe, 65, 0), text)).rejects.toThrowError(/UTF-16/);
  await expect(read("s,s\n", text)).rejects.toThrowError(/more than one field named "s"/);
  await expect(read("", text)).rejects.toThrowError(/empty file/);
  expect((await read("s,n\n", text)).table.rowCount).toBe(0);
});

test("many rows come in batches of a fixed size, with one dictionary each", async () => {
  const lines = Array.from({ length: 150_000 }, (_, i) => `k${i % 70_000},${i}`);
  const sizes: number[] = [];
  const bytes = new TextEncoder().encode(`s,n\n${lines.join("\n")}`);
  let seen = 0;
  for await (const { table } of readCsv(inPieces(bytes, 65_536), text)) {
    const { s, n } = table.columns;
    sizes.push(table.rowCount);
    for (let row = 0; row < table.rowCount; row++, seen++) {
      if (s?.tag !== "utf8" || s.dictionary[s.values[row] ?? -1] !== `k${seen % 70_000}` || n?.values[row] !== seen)
        expect.fail(`row ${seen}`);
    }
  }
  expect(sizes).toEqual([65_536, 65_536, 18_928]);
});
