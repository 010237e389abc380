import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { z } from "zod";
import type { CellTag } from "../../../src/core/cell-type.ts";
import { seededRandom } from "../../../src/core/random.ts";
import { blobsOf } from "../../../src/data/parts/blobs-of.ts";
import type { DataTables } from "../../../src/data/data-migrations.ts";
import { dataset } from "../../../src/data/dataset.ts";
import { DatasetRepository } from "../../../src/data/dataset-repository.ts";
import type { Compression } from "../../../src/data/parts/pack-writer.ts";
import type { CommitTarget } from "../../../src/data/versions/version-writer.ts";
import type { Column } from "../../../src/table/column.ts";
import { placeManifest } from "../../../src/data/parts/place-manifest.ts";
import type { StoredVersion } from "../../../src/data/versions/publish-versions.ts";
import { concatTables } from "../../../src/table/concat-tables.ts";
import { cellAdder } from "../../../src/table/table-from-rows.ts";
import { sameCell } from "../../table/random-table.ts";
import { makeTable, type Table } from "../../../src/table/table.ts";
import { tableDigest } from "../../../src/table/table-digest.ts";
import { tableToRows } from "../../../src/table/table-to-rows.ts";
import { sliceRows } from "../../../src/table/take-rows.ts";
import { type OpenData, openData, withData } from "../open-data.ts";

const seed = 20_261_128;
const noChecks = { parent: undefined, checks: [] };
const events = dataset("events", {
  schema: z.object({ at: z.date(), value: z.number().nullable(), kind: z.string() }),
  eventTime: "at",
});

/** Rows `from`, `from + 1`, …: what a row holds depends on its number alone. */
function eventRows(count: number, from = 0): Table {
  const numbers = Array.from({ length: count }, (_, i) => from + i);
  return makeTable({
    at: { tag: "instant", values: Float64Array.from(numbers, (n) => 1000 * n) },
    value: {
      tag: "f64",
      values: Float64Array.from(numbers, (n) => Math.sin(n)),
      states: Uint8Array.from(numbers, (n) => (n % 7 === 0 ? 0 : 1)),
    },
    kind: {
      tag: "utf8",
      values: Int32Array.from(numbers, (n) => (n * 7919) % 13),
      dictionary: Array.from({ length: 13 }, (_, i) => `kind ${i} é`),
    },
  });
}

function repositoryWith({ metadata, blobs, ledger, clock }: OpenData, compression: Compression): DatasetRepository {
  return new DatasetRepository({ metadata, blobs, ledger, clock, compression });
}

/** Prepares a version and says where it lies, as its publication would. */
async function placed(
  { metadata }: OpenData,
  repository: DatasetRepository,
  ...args: Parameters<DatasetRepository["prepare"]>
): Promise<StoredVersion> {
  const prepared = await repository.prepare(...args);
  await metadata.write((tx) => placeManifest(tx, prepared));
  return prepared;
}

type Cell = number | bigint | string | readonly number[] | readonly string[];

const cells: { readonly [tag in CellTag]: fc.Arbitrary<Cell> } = {
  f64: fc.oneof(fc.double(), fc.constantFrom(-0, Number.NaN, Number.POSITIVE_INFINITY)),
  instant: fc.oneof(fc.double(), fc.constantFrom(-0, 1_700_000_000_000.125)),
  i64: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  i32: fc.integer(),
  bool: fc.constantFrom(0, 1),
  utf8: fc.oneof(fc.string({ unit: "grapheme" }), fc.constantFrom("", "\u0000", "\uFEFF", "a".repeat(5000), "𝒳")),
  json: fc.constantFrom("{}", "[1,2]", '{"a":null}', "3", '"é"'),
  "f64[]": fc.array(fc.oneof(fc.double(), fc.constantFrom(-0, Number.NaN)), { maxLength: 5 }),
  "utf8[]": fc.array(fc.constantFrom("", "a", "𝒳", "b".repeat(900)), { maxLength: 5 }),
};

function columnOf(tag: CellTag, values: readonly Cell[], states: readonly number[]): Column {
  const kept = states.some((state) => state !== 1) ? { states: Uint8Array.from(states) } : {};
  if (tag === "utf8" || tag === "json") {
    const dictionary = [...new Set(values.map(String))];
    return { tag, values: Int32Array.from(values, (value) => dictionary.indexOf(String(value))), dictionary, ...kept };
  }
  if (tag === "f64[]" || tag === "utf8[]") {
    const { builder, tryPush } = cellAdder(tag);
    values.forEach((value, row) => {
      tryPush([null, value, undefined][states[row] ?? 1]);
    });
    return builder.finish();
  }
  if (tag === "i64") return { tag, values: BigInt64Array.from(values, (value) => BigInt(value as bigint)), ...kept };
  const numbers = values.map(Number);
  if (tag === "f64" || tag === "instant") return { tag, values: Float64Array.from(numbers), ...kept };
  return tag === "i32"
    ? { tag, values: Int32Array.from(numbers), ...kept }
    : { tag, values: Uint8Array.from(numbers), ...kept };
}

const tags: readonly CellTag[] = ["f64", "instant", "i64", "i32", "bool", "utf8", "json", "f64[]", "utf8[]"];

/** A table of any of the types, with values, nulls and absent cells. */
const anyTable = fc
  .record({ rows: fc.integer({ min: 0, max: 40 }), tags: fc.subarray([...tags], { minLength: 1 }) })
  .chain(({ rows, tags }) =>
    fc.tuple(
      ...tags.map((tag) =>
        fc
          .tuple(
            fc.array(cells[tag], { minLength: rows, maxLength: rows }),
            fc.array(fc.constantFrom(1, 1, 1, 0, 2), { minLength: rows, maxLength: rows }),
          )
          .map(([values, states]) => [tag, columnOf(tag, values, states)] as const),
      ),
    ),
  )
  .map((columns) => makeTable(Object.fromEntries(columns)));

function targetOf(table: Table): CommitTarget {
  const columns = Object.fromEntries(
    Object.entries(table.columns).map(([name, { tag }]) => [name, { tag, nullable: true }]),
  );
  return { name: "any", columns, schemaDigest: `sha256:${"1".repeat(64)}` };
}

test("any rows come back to the bit, under any compression", () =>
  withData(async (open) => {
    const repositories = (["none", "deflate", "zstd"] as const).map((compression) => repositoryWith(open, compression));
    await fc.assert(
      fc.asyncProperty(anyTable, async (table) => {
        const names: string[] = [];
        for (const repository of repositories) {
          const { digest } = await placed(open, repository, targetOf(table), [table], { ...noChecks, reuse: false });
          const read = await repository.read(digest);
          expect(Object.keys(read.columns)).toEqual(Object.keys(table.columns));
          expect(tableDigest(read)).toBe(tableDigest(table));
          const rows = tableToRows(read);
          tableToRows(table).forEach((row, i) => {
            for (const name of Object.keys(table.columns)) expect(sameCell(rows[i]?.[name], row[name])).toBe(true);
          });
          names.push(digest);
        }
        expect(new Set(names).size, "the compression counts for the name").toBe(1);
      }),
      { seed, numRuns: 40 },
    );
  }));

test("the same rows make the same version, in whatever tables they come", () =>
  withData(async ({ repository }) => {
    const table = eventRows(30_000);
    const { digest, manifest } = await repository.prepare(events, [table], noChecks);
    expect(manifest.parts.length).toBeGreaterThan(3);
    const random = seededRandom("batches");
    for (const most of [30, 3000, 20_000]) {
      const batches: Table[] = [];
      for (let from = 0; from < table.rowCount; ) {
        const to = Math.min(table.rowCount, from + random.int(most));
        // Concatenated with itself and sliced: a dictionary in another order with entries that no row uses.
        batches.push(sliceRows(concatTables([eventRows(3, 5), sliceRows(table, from, to)]), 3, 3 + to - from));
        from = to;
      }
      async function* stream() {
        yield* batches;
      }
      expect((await repository.prepare(events, batches, noChecks)).digest).toBe(digest);
      expect((await repository.prepare(events, stream(), { ...noChecks, reuse: false })).digest).toBe(digest);
    }
  }));

test("appending makes the parts that committing all rows at once makes", () =>
  withData(async ({ repository, data }) => {
    const table = eventRows(30_000);
    const whole = (await repository.prepare(events, [table], noChecks)).manifest.parts.map((part) => part.digest);
    for (let from = 0; from < table.rowCount; from += 4700)
      await data.commit(events, [sliceRows(table, from, Math.min(from + 4700, table.rowCount))]);
    const head = await repository.headDigest("events");
    if (head === undefined) return expect.fail();
    expect((await repository.manifest(head)).parts.map((part) => part.digest)).toEqual(whole);
    expect(tableDigest(await data.read(head))).toBe(tableDigest(table));
  }));

test("a row inserted at the front, and one changed cell, leave all but a part or a chunk as they were", () =>
  withData(async ({ repository }) => {
    const table = eventRows(60_000);
    const { manifest } = await repository.prepare(events, [table], noChecks);
    const before = new Set(manifest.parts.map((part) => part.digest));
    const inserted = await repository.prepare(events, [eventRows(1, -1), table], noChecks);
    expect(inserted.manifest.parts.filter((part) => !before.has(part.digest)).length).toBeLessThanOrEqual(2);
    const values = Float64Array.from(table.columns["value"]?.values ?? [], Number);
    values[30_001] = 77;
    const { at, kind, value } = table.columns;
    if (at === undefined || kind === undefined || value === undefined) return expect.fail();
    const changedValue: Column = { tag: "f64", values, ...(value.states && { states: value.states }) };
    const changed = await repository.prepare(events, [makeTable({ at, value: changedValue, kind })], noChecks);
    const chunks = new Set(manifest.parts.flatMap((part) => part.columns.map((chunk) => chunk.digest)));
    const anew = changed.manifest.parts.flatMap((part) => part.columns).filter((chunk) => !chunks.has(chunk.digest));
    expect(anew).toHaveLength(1);
  }));

test("what a version has is not stored again for the next, also when it replaces it or is compressed otherwise", () =>
  withData(async (open) => {
    const { data, repository } = open;
    const first = await data.commit(events, [eventRows(40_000)]);
    const stored = new Set(blobsOf(await repository.manifest(first.digest)));
    const other = repositoryWith(open, "deflate");
    await other.register(events);
    const second = await other.commit(events, [eventRows(1, -1), eventRows(40_000)], { parent: null });
    const reused = (await other.manifest(second.digest)).parts.filter((part) =>
      part.columns.every((chunk) => stored.has(chunk.blob)),
    );
    expect(reused.length).toBeGreaterThanOrEqual((await repository.manifest(first.digest)).parts.length - 1);
    const again = await data.commit(events, [eventRows(40_000)], { parent: null });
    expect(again.digest, "the same rows have the same name, whatever was there before").toBe(first.digest);
    const apart = await repository.prepare(events, [eventRows(40_000)], { ...noChecks, reuse: false });
    expect(tableDigest(await data.read(apart.digest))).toBe(tableDigest(eventRows(40_000)));
  }));

test("versions that have most parts in common share most pages of their manifests", () =>
  withData(async (open) => {
    const { repository } = open;
    const target: CommitTarget = { ...targetOf(makeTable({ f64: { tag: "f64", values: new Float64Array(0) } })) };
    const random = seededRandom("pages");
    const table = makeTable({
      f64: { tag: "f64", values: Float64Array.from({ length: 600_000 }, () => random.next()) },
    });
    const first = await placed(open, repository, target, [table], noChecks);
    expect(first.manifest.pages.length).toBeGreaterThan(1);
    const second = await placed(open, repository, target, [sliceRows(table, 0, 5)], {
      parent: first.digest,
      checks: [],
    });
    const before = new Set(first.manifest.pages.map((page) => page.digest));
    expect(second.manifest.pages.filter((page) => !before.has(page.digest))).toHaveLength(1);
    expect((await repository.read(second.digest)).rowCount).toBe(600_005);
    expect((await repository.manifest(second.digest)).parts).toEqual(second.manifest.parts);
  }));

test("a damaged and a missing blob are named with dataset, version, part and column", () =>
  withData(async (open) => {
    for (const compression of ["none", "deflate", "zstd"] as const) {
      const repository = repositoryWith(open, compression);
      const { digest, manifest } = await placed(open, repository, events, [eventRows(20_000)], {
        ...noChecks,
        reuse: false,
      });
      const chunk = manifest.parts[1]?.columns[2];
      if (chunk === undefined) return expect.fail();
      const entries = await readdir(join(open.folder, "blobs"), { recursive: true, withFileTypes: true });
      const entry = entries.find((found) => found.name === chunk.blob.slice(7));
      const path = join(entry?.parentPath ?? "", entry?.name ?? "");
      const bytes = await readFile(path);
      const edited = Uint8Array.from(bytes);
      const at = chunk.offset + (chunk.storedBytes >> 1);
      edited[at] = (edited[at] ?? 0) ^ 4;
      await writeFile(path, edited);
      const place = `column "kind" in part 2 of ${manifest.parts.length} of dataset "events", version ${digest}`;
      await expect(repository.read(digest)).rejects.toMatchObject({
        code: "blob/corrupt",
        found: expect.stringMatching(new RegExp(`${chunk.blob}.*${place}`)),
      });
      expect((await repository.read(digest, { columns: ["at"] })).rowCount).toBe(20_000);
      await writeFile(path, bytes.subarray(0, chunk.offset + 3));
      await expect(repository.read(digest, { columns: ["kind"] })).rejects.toMatchObject({ code: "blob/corrupt" });
      await open.blobs.delete(chunk.blob);
      await expect(repository.read(digest, { columns: ["kind"] })).rejects.toMatchObject({
        code: "blob/not-found",
        found: expect.stringContaining('column "kind" in part 1 of'),
      });
    }
  }));

test("a version that is prepared again elsewhere and never published leaves the published one where it lies", () =>
  withData(async (open) => {
    const first = await open.data.commit(events, [eventRows(10_000)]);
    const stored = new Set(blobsOf(await open.repository.manifest(first.digest)));
    const again = repositoryWith(open, "deflate");
    const given = await again.prepare(events, [eventRows(10_000)], { ...noChecks, reuse: false });
    expect(given.digest).toBe(first.digest);
    const other = [...blobsOf(given.manifest)].filter((blob) => !stored.has(blob));
    expect(other).not.toEqual([]);
    for (const blob of other) await open.blobs.delete(blob);
    const reopened = await open.again();
    expect((await reopened.data.read(first.digest)).rowCount).toBe(10_000);
    await reopened.close();
  }));

test("every blob of a version is needed to read it, and no other", () =>
  withData(async (open) => {
    const { data, repository, blobs } = open;
    for (const from of [0, 30_000, 60_000]) await data.commit(events, [eventRows(30_000, from)]);
    const head = await repository.headDigest("events");
    if (head === undefined) return expect.fail();
    const needed = new Set(blobsOf(await repository.manifest(head)));
    for await (const { digest } of blobs.list()) if (!needed.has(digest)) await blobs.delete(digest);
    const reopened = await openData(open.folder);
    expect((await reopened.data.read(head)).rowCount).toBe(90_000);
    for (const digest of needed) {
      const bytes = await blobs.get(digest);
      await blobs.delete(digest);
      const fresh = await openData(open.folder);
      await expect(fresh.data.read(head)).rejects.toThrow();
      await fresh.close();
      await blobs.put(bytes);
    }
    await reopened.close();
  }));

test("a layout that was edited to name another version's manifest is refused", () =>
  withData(async ({ data, metadata, folder }) => {
    const first = await data.commit(events, [eventRows(10)]);
    const second = await data.commit(events, [eventRows(10, 10)]);
    await metadata.write(async (tx) => {
      const sql = tx.sql.withTables<DataTables>();
      const row = await sql
        .selectFrom("data_layout")
        .select("blob")
        .where("version", "=", first.digest)
        .executeTakeFirstOrThrow();
      await sql.updateTable("data_layout").set(row).where("version", "=", second.digest).execute();
    });
    const fresh = await openData(folder);
    await expect(fresh.data.read(second.digest)).rejects.toMatchObject({ code: "blob/corrupt" });
    await fresh.close();
  }));

test("rows with very long texts make parts of fewer rows", () =>
  withData(async (open) => {
    const { repository } = open;
    const dictionary = Array.from({ length: 50 }, (_, i) => String.fromCharCode(97 + (i % 26)).repeat(1_000_000 + i));
    const table = makeTable({ text: { tag: "utf8", values: Int32Array.from(dictionary, (_, i) => i), dictionary } });
    const target: CommitTarget = { ...targetOf(table), name: "texts" };
    const { digest, manifest } = await placed(open, repository, target, [table], noChecks);
    expect(manifest.parts.map((part) => part.rows)).toEqual([34, 16]);
    expect(tableDigest(await repository.read(digest))).toBe(tableDigest(table));
  }));
