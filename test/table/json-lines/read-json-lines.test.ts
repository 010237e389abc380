import fc from "fast-check";
import { expect, test } from "vitest";
import type { ColumnTypes } from "../../../src/core/cell-type.ts";
import {
  type JsonLinesBatch,
  type JsonLinesOptions,
  readJsonLines,
} from "../../../src/table/json-lines/read-json-lines.ts";
import { tableFromRows } from "../../../src/table/table-from-rows.ts";
import { tableToRows } from "../../../src/table/table-to-rows.ts";

const columns: ColumnTypes = {
  f: { tag: "f64", nullable: true },
  i: { tag: "i32", nullable: true },
  l: { tag: "i64", nullable: true },
  s: { tag: "utf8", nullable: true },
  b: { tag: "bool", nullable: true },
  t: { tag: "instant", nullable: true },
};

async function read(
  content: string | Uint8Array,
  options: JsonLinesOptions = {},
  size = 7,
  types = columns,
): Promise<JsonLinesBatch[]> {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  const batches: JsonLinesBatch[] = [];
  for await (const batch of readJsonLines(pieces(), types, options)) batches.push(batch);
  return batches;
}

const rowsOf = (batches: readonly JsonLinesBatch[]) => batches.flatMap(({ table }) => tableToRows(table));

const randomRow = fc.record(
  {
    f: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => x + 0)),
    i: fc.option(fc.integer()),
    l: fc.option(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
    s: fc.option(fc.oneof(fc.string({ unit: "grapheme" }), fc.constantFrom("two\nlines", "cr\r\n", '"', "ä😀"))),
    b: fc.option(fc.boolean()),
    t: fc.option(
      fc.date({
        min: new Date("0000-01-01T00:00:00Z"),
        max: new Date("9999-12-31T23:59:59.999Z"),
        noInvalidDate: true,
      }),
    ),
  },
  { requiredKeys: [] },
);

test("what was written is read back, null and missing apart, whatever the pieces", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(randomRow, { maxLength: 15 }),
      fc.integer({ min: 1, max: 60 }),
      fc.constantFrom("\n", "\r\n", "\n\n"),
      async (rows, size, end) => {
        const lines = rows.map((row) =>
          JSON.stringify(row, (_, value) => (typeof value === "bigint" ? String(value) : value)),
        );
        const batches = await read(`\ufeff${lines.join(end)}`, {}, size);
        expect(batches.flatMap(({ faults }) => faults)).toEqual([]);
        expect(rowsOf(batches)).toStrictEqual(tableToRows(tableFromRows(rows, columns)));
      },
    ),
    { seed: 81, numRuns: 300 },
  );
});

test("bad lines are faults with their line numbers, and the lines around them are read", async () => {
  const lines = ['{"f":1}', '{"f":', "[1]", "", '{"f":"1","s":2,"t":"late","l":9007199254740993}', "null", '{"f":2}'];
  const [batch] = await read(lines.join("\n"));
  expect(batch?.faults.map(({ row, line, issues }) => [row, line, issues.map((i) => `${i.path} ${i.code}`)])).toEqual([
    [1, 2, [" malformed_row"]],
    [2, 3, [" malformed_row"]],
    [3, 5, ["f unreadable_value", "l unreadable_value", "s unreadable_value", "t unreadable_value"]],
    [4, 6, [" malformed_row"]],
  ]);
  expect(batch?.faults[1]?.issues[0]?.message).toBe("line 3: an array instead of an object");
  expect(batch?.faults[2]?.issues.at(-1)?.message).toBe('line 5: "late" is no value of type instant');
  expect(batch && tableToRows(batch.table)).toEqual([{ f: 1 }, {}, {}, {}, {}, { f: 2 }]);
});

test("bytes that are no UTF-8, and a line cut off at the end, are faults", async () => {
  const bytes = new TextEncoder().encode('{"s":"ab"}\n{"s":"ok"}\n{"s":"cu');
  bytes[6] = 0xff;
  const [batch] = await read(bytes);
  expect(batch?.faults.map(({ line, issues }) => [line, issues[0]?.code])).toEqual([
    [1, "malformed_text"],
    [3, "malformed_row"],
  ]);
  expect(batch?.faults[0]?.issues[0]?.message).toContain("from byte 6 of the line");
  expect(batch && tableToRows(batch.table)).toEqual([{}, { s: "ok" }, {}]);
});

test("UTF-16 and a line beyond the limit are errors; keys of objects' prototypes are no values", async () => {
  await expect(read(Uint8Array.of(0xff, 0xfe, 0x7b, 0))).rejects.toThrowError(/data\/malformed-source.*UTF-16/);
  await expect(read(`{}\n${"x".repeat(101)}`, { maxLineBytes: 100 })).rejects.toThrowError(
    /data\/malformed-source.*longer than 100 bytes, line 2.*maxLineBytes/,
  );
  await expect(read("", { maxLineBytes: 0 })).rejects.toThrowError(/argument\/invalid/);
  const inherited: ColumnTypes = Object.fromEntries([["toString", { tag: "f64" as const, nullable: true }]]);
  const [batch] = await read('{"__proto__":1}\n{}', {}, 7, inherited);
  expect(batch?.faults).toEqual([]);
});

test("many rows come in batches; all keys seen are told", async () => {
  const batches = await read(Array.from({ length: 70_000 }, (_, i) => `{"f":${i},"x":1}`).join("\n"), {}, 50_000);
  expect(batches.map(({ table }) => table.rowCount)).toEqual([65_536, 4464]);
  expect(batches[0]?.sourceColumns).toEqual(["f", "x"]);
  expect(rowsOf(batches).at(-1)).toEqual({ f: 69_999 });
});
