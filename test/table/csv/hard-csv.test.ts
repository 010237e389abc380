import { expect, test } from "vitest";
import fc from "fast-check";
import { invalidUtf8At } from "../../../src/table/csv/invalid-utf8.ts";
import { type CsvOptions, readCsv } from "../../../src/table/csv/read-csv.ts";
import type { CsvBatch } from "../../../src/table/csv/csv-batch.ts";
import { tableToRows } from "../../../src/table/table-to-rows.ts";

const text = { s: { tag: "utf8", nullable: true }, n: { tag: "f64", nullable: true } } as const;

async function batchesOf(pieces: Iterable<string | Uint8Array>, options: CsvOptions = {}): Promise<CsvBatch[]> {
  async function* bytes(): AsyncGenerator<Uint8Array> {
    for (const piece of pieces) yield typeof piece === "string" ? new TextEncoder().encode(piece) : piece;
  }
  const batches: CsvBatch[] = [];
  for await (const batch of readCsv(bytes(), text, options)) batches.push(batch);
  return batches;
}

const rowsOf = (batches: readonly CsvBatch[]) => batches.flatMap((batch) => tableToRows(batch.table));

test("lines may all end in a carriage return; a stray one in a file with line feeds is text", async () => {
  expect(rowsOf(await batchesOf(['s,n\ra,1\r"b\rc",2\r']))).toEqual([
    { s: "a", n: 1 },
    { s: "b\rc", n: 2 },
  ]);
  expect(rowsOf(await batchesOf(["s,n\na\rb,1\n"]))).toEqual([{ s: "a\rb", n: 1 }]);
  expect(rowsOf(await batchesOf(["s,n\r\na,1\r\n\r\nb,2"]))).toEqual([
    { s: "a", n: 1 },
    { s: "b", n: 2 },
  ]);
});

test("bytes that are no UTF-8 are named by their place in the source, wherever the pieces end", async () => {
  const bytes = new TextEncoder().encode("\ufeffs,n\nä😀,1\nxäz,2\n");
  const at = bytes.lastIndexOf(0xa4);
  bytes[at] = 0x41;
  for (const size of [1, 2, 5, 1000]) {
    const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
      bytes.subarray(i * size, (i + 1) * size),
    );
    const [batch] = await batchesOf(pieces);
    expect(batch?.faults.map((fault) => [fault.row, fault.line, fault.issues[0]?.message])).toEqual([
      [1, 3, `line 3: bytes that are no UTF-8, from byte ${at - 1} of the source on (0xc3)`],
    ]);
    expect(batch && tableToRows(batch.table)).toEqual([{ s: "ä😀", n: 1 }, { n: 2 }]);
  }
});

test("the place where UTF-8 ends is where a strict decoder gives up", () => {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const isValid = (bytes: Uint8Array): boolean => {
    try {
      decoder.decode(bytes);
      return true;
    } catch {
      return false;
    }
  };
  const byte = fc.oneof(
    fc.integer({ min: 0, max: 255 }),
    fc.constantFrom(0x80, 0xbf, 0xc1, 0xc2, 0xe0, 0xa0, 0xed, 0x9f, 0xf0, 0x90, 0xf4, 0x8f, 0xf5),
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 6 }), fc.array(byte, { maxLength: 6 }), (free, edges) => {
      for (const bytes of [free, Uint8Array.from(edges)]) {
        const at = invalidUtf8At(bytes, 0, bytes.length);
        expect(at < 0).toBe(isValid(bytes));
        if (at >= 0) expect(isValid(bytes.subarray(0, at))).toBe(true);
      }
    }),
    { seed: 71, numRuns: 5000 },
  );
});

test("every name that a header has twice is told; a header that is no UTF-8 is an error", async () => {
  await expect(batchesOf(["s,n,s,x,n\n"])).rejects.toThrowError(/data\/malformed-source.*"s", "n"/);
  await expect(batchesOf([Uint8Array.of(0x73, 0xff, 10)])).rejects.toThrowError(/header with bytes that are no UTF-8/);
});

test("a field beyond the limit ends the reading with its line, before it fills the memory", async () => {
  for (const open of ["s,n\nok,1\nx", 's,n\nok,1\n"', 's,n\nok,1\n"a"x', ""]) {
    let pieces = 0;
    function* endless(): Generator<string | Uint8Array> {
      yield open;
      for (; pieces < 1024; pieces++) yield new Uint8Array(1_048_576).fill(97);
    }
    const line = open === "" ? 1 : 3;
    await expect(batchesOf(endless())).rejects.toThrowError(
      new RegExp(
        `data/malformed-source.*field longer than 16777216 bytes in the record at line ${line}.*maxFieldBytes`,
      ),
    );
    expect(pieces, "1 MiB pieces read").toBeLessThan(90);
  }
});

test("the limit is exact, in one piece or in many, and can be raised", async () => {
  for (const size of [1, 1000]) {
    const pieces = (content: string): string[] =>
      Array.from({ length: Math.ceil(content.length / size) }, (_, i) => content.slice(i * size, (i + 1) * size));
    expect(rowsOf(await batchesOf(pieces('s,n\n"12345",1\n'), { maxFieldBytes: 5 }))).toEqual([{ s: "12345", n: 1 }]);
    for (const content of ["s,n\n123456,1\n", 's,n\n"123456",1\n', 's,n\n"123456'])
      await expect(batchesOf(pieces(content), { maxFieldBytes: 5 })).rejects.toThrowError(/longer than 5 bytes/);
  }
  const long = "x".repeat(20_000_000);
  const [batch] = await batchesOf(["s,n\n", long, ",1\n"], { maxFieldBytes: 30_000_000 });
  expect(batch?.table.columns["s"]).toMatchObject({ dictionary: [long] });
  await expect(batchesOf([""], { maxFieldBytes: 0 })).rejects.toThrowError(/argument\/invalid.*maxFieldBytes/);
});

test("long texts make short batches, and the bytes read are counted", async () => {
  const line = `${"x".repeat(1_000_000)},1\n`;
  const batches = await batchesOf(["s,n\n", ...Array.from({ length: 80 }, () => line)]);
  expect(batches.length).toBeGreaterThan(1);
  expect(batches.every((batch) => batch.table.rowCount <= 40)).toBe(true);
  expect(batches.reduce((sum, batch) => sum + batch.table.rowCount, 0)).toBe(80);
  expect(batches.at(-1)?.bytesRead).toBe(4 + 80 * line.length);
});

test("texts that share a beginning, and many texts beyond ASCII, keep apart", async () => {
  const texts = Array.from({ length: 3000 }, (_, i) =>
    i % 3 === 0 ? `ä${i}` : i % 3 === 1 ? `abcd${i}` : `abcd${i}é`,
  );
  const rows = rowsOf(await batchesOf([`s,n\n${texts.map((value, i) => `${value},${i}`).join("\n")}\n`]));
  expect(rows.findIndex((row, i) => row["s"] !== texts[i])).toBe(-1);
});
