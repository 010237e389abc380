import { mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { parquetSource } from "../../../src/backends/duckdb/duckdb-source.ts";
import { exportedSource } from "../../../src/backends/duckdb/exported-source.ts";
import { exportParquet, type VersionReader } from "../../../src/backends/duckdb/parquet-export.ts";
import { digestOf } from "../../../src/core/digest.ts";
import { seededRandom } from "../../../src/core/random.ts";
import { dataset } from "../../../src/data/dataset.ts";
import { rowsSource } from "../../../src/data/sources/rows-source.ts";
import { sliceRows } from "../../../src/table/take-rows.ts";
import { tableFromRows } from "../../../src/table/table-from-rows.ts";
import { tableToRows } from "../../../src/table/table-to-rows.ts";
import { withData } from "../../data/open-data.ts";

const trips = dataset("trips", {
  schema: z.object({
    left: z.date(),
    "dep\"ot'": z.string(),
    km: z.number().nullish(),
    odo: z.bigint().nullable(),
    paid: z.boolean().optional(),
    at: z.array(z.number()).length(2).nullish(),
    tags: z.array(z.string()),
  }),
  eventTime: "left",
});

/** Rows with every kind of cell: null, absent, −0, extreme integers, dates before 1970, text beyond ASCII. */
function rowsOf(count: number) {
  const random = seededRandom("parquet");
  return Array.from({ length: count }, (_, i) => ({
    left: new Date(Math.floor((random.next() - 0.5) * 4e12)),
    "dep\"ot'": ["D0", "", "über 日本 😀", 'it\'s "quoted"'][i % 4] ?? "",
    ...(i % 5 === 0 ? {} : { km: i % 5 === 1 ? null : i % 5 === 2 ? -0 : random.next() * 1e9 }),
    odo: i % 3 === 0 ? null : i % 3 === 1 ? 2n ** 63n - 1n : -(2n ** 63n),
    ...(i % 2 === 0 ? {} : { paid: i % 4 === 1 }),
    ...(i % 7 === 0 ? {} : { at: i % 7 === 1 ? null : [random.next() * 1e-9, -0] }),
    tags: i % 3 === 0 ? [] : ["über 日本 😀", '"quoted", [x]', ""].slice(i % 4),
  }));
}

test("a version is written as Parquet and read back to equal cells, and to an equal version", async () => {
  await withData(async ({ data, repository, folder }) => {
    const result = await data.ingest(trips, rowsSource(rowsOf(2500)));
    if (result.outcome !== "committed") throw new Error(result.summary);
    const { digest } = result.version;
    const target = join(folder, "export");
    const seen: number[] = [];
    const manifest = await exportParquet(data, digest, target, {
      rowsPerFile: 1000,
      onProgress: ({ done }) => seen.push(done),
    });
    expect(seen).toEqual([1000, 2000, 2500]);
    expect((await readdir(target)).sort()).toEqual(
      ["manifest.json", ...manifest.files.map((file) => file.path)].sort(),
    );
    expect(manifest.files.map((file) => file.rows)).toEqual([1000, 1000, 500]);
    expect(JSON.parse(await readFile(join(target, "manifest.json"), "utf8"))).toEqual(manifest);

    const source = exportedSource(target);
    expect(await source.digest()).toBe(digest);
    const back: object[] = [];
    for await (const { table } of source.batches(trips.columns)) back.push(...tableToRows(table));
    const before = tableToRows(await data.read(digest));
    expect(back).toHaveLength(2500);
    expect(back).toStrictEqual(before);
    expect(Object.is((back[2] as { km: number }).km, -0)).toBe(true);
    expect("km" in (back[0] as object), "absent stays absent").toBe("km" in (before[0] as object));

    // Ingested elsewhere it is the same version: every byte of every cell came back.
    await withData(async (other) => {
      const again = await other.data.ingest(trips, source);
      expect(again.outcome === "committed" && again.version.digest).toBe(digest);
    });
    expect(await repository.headDigest("trips")).toBe(digest);
  });
});

test("any reader of Parquet sees plain columns", async () => {
  await withData(async ({ data, folder }) => {
    const result = await data.ingest(trips, rowsSource(rowsOf(10)));
    if (result.outcome !== "committed") throw new Error(result.summary);
    await exportParquet(data, result.version.digest, join(folder, "export"));
    const types = { left: { tag: "instant", nullable: false }, odo: { tag: "i64", nullable: true } } as const;
    for await (const batch of parquetSource(join(folder, "export", "part-00000.parquet")).batches(types)) {
      expect(batch.sourceColumns).toEqual([
        "left",
        "dep\"ot'",
        "km",
        "km__absent",
        "odo",
        "paid",
        "paid__absent",
        "at",
        "at__absent",
        "tags",
      ]);
      expect(batch.table.rowCount).toBe(10);
    }
  });
});

test("a changed file, another version's folder, a folder without a manifest and an abort are told", async () => {
  await withData(async ({ data, folder }) => {
    const first = await data.ingest(trips, rowsSource(rowsOf(10)));
    const second = await data.ingest(trips, rowsSource(rowsOf(3)));
    if (first.outcome !== "committed" || second.outcome !== "committed") throw new Error("two versions");
    const target = join(folder, "export");
    await exportParquet(data, first.version.digest, target);
    await exportParquet(data, first.version.digest, target); // again: the same folder
    await expect(exportParquet(data, second.version.digest, target)).rejects.toMatchObject({
      code: "definition/conflict",
    });
    const path = join(target, "part-00000.parquet");
    const bytes = await readFile(path);
    bytes[20] = (bytes[20] ?? 0) ^ 1;
    await writeFile(path, bytes);
    const read = (from: string) => exportedSource(from).batches(trips.columns)[Symbol.asyncIterator]().next();
    await expect(read(target)).rejects.toMatchObject({ code: "blob/corrupt", message: expect.stringContaining(path) });
    await expect(read(join(folder, "nowhere"))).rejects.toMatchObject({ code: "io/failed" });
    const empty = await mkdtemp(join(tmpdir(), "sluice-export-"));
    await writeFile(join(empty, "manifest.json"), "{}");
    await expect(read(empty)).rejects.toMatchObject({ code: "data/malformed-source" });
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(exportParquet(data, first.version.digest, join(folder, "other"), { signal })).rejects.toThrow(
      "enough",
    );
    expect(await readdir(folder)).not.toContain("other");
  });
});

test("a version is streamed: no more rows than one file's are taken before that file is written", async () => {
  await withData(async ({ folder }) => {
    const parts = Array.from({ length: 20 }, (_, part) =>
      tableFromRows(
        Array.from({ length: 500 }, (_, i) => ({
          row: 500 * part + i,
          // Only the last part has an absent cell: every file gets the mark all the same.
          ...(part === 19 && i === 0 ? {} : { km: i }),
        })),
        { row: { tag: "f64", nullable: false }, km: { tag: "f64", nullable: true } },
      ),
    );
    const digest = digestOf("a version");
    let written = 0;
    let passes = 0;
    let mostWaiting = 0;
    const reader: VersionReader = {
      version: async () => ({
        dataset: "rows",
        digest,
        schemaDigest: digest,
        parent: null,
        rows: 10_000,
        createdAtMs: 0,
        checks: [],
      }),
      read: () => Promise.reject(new Error("the whole version is never asked for")),
      scan: async function* () {
        passes++;
        let taken = 0;
        for (const part of parts) {
          taken += part.rowCount;
          yield part;
          if (passes === 2) mostWaiting = Math.max(mostWaiting, taken - written);
        }
      },
    };
    const onProgress = ({ done }: { readonly done: number }): void => {
      written = done;
    };
    const target = join(folder, "export");
    const manifest = await exportParquet(reader, digest, target, { rowsPerFile: 1200, onProgress });
    expect(manifest.files.map(({ rows }) => rows)).toEqual([...Array(8).fill(1200), 400]);
    expect({ passes, bounded: mostWaiting <= 1200 + 500 }).toEqual({ passes: 2, bounded: true });
    const names: string[] = [];
    let next = 0;
    for (const { path } of manifest.files) {
      const wanted = { row: { tag: "f64", nullable: false } } as const;
      for await (const batch of parquetSource(join(target, path)).batches(wanted)) {
        names.push((batch.sourceColumns ?? []).join());
        for (const { row } of tableToRows(batch.table)) expect(row).toBe(next++);
      }
    }
    expect(next).toBe(10_000);
    expect(new Set(names)).toEqual(new Set(["row,km,km__absent"]));
  });
});

test("a version without rows is one file with its columns", async () => {
  await withData(async ({ data, folder }) => {
    const result = await data.ingest(trips, rowsSource(rowsOf(3)));
    if (result.outcome !== "committed") throw new Error(result.summary);
    const empty = await data.commit(trips, [sliceRows(await data.read("trips"), 0, 0)], { parent: null });
    const manifest = await exportParquet(data, empty.digest, join(folder, "export"));
    expect(manifest.files.map(({ rows }) => rows)).toEqual([0]);
    expect(manifest.columns.map(({ name }) => name)).toEqual(Object.keys(trips.columns));
  });
});

test("an export whose manifest names a file outside its folder reads none of it", async () => {
  await withData(async ({ data, folder }) => {
    const result = await data.ingest(trips, rowsSource(rowsOf(3)));
    if (result.outcome !== "committed") throw new Error(result.summary);
    const { digest } = result.version;
    const manifest = await exportParquet(data, digest, join(folder, "elsewhere"));
    const [file] = manifest.files;
    if (file === undefined) return expect.fail();
    const there = join(folder, "elsewhere", file.path);
    const target = join(folder, "export");
    await exportParquet(data, digest, target);
    for (const path of [`../elsewhere/${file.path}`, there, `C:${file.path}`, "a\\b.parquet", "..", "", "a\0b", 7]) {
      await writeFile(join(target, "manifest.json"), JSON.stringify({ ...manifest, files: [{ ...file, path }] }));
      const read = async (): Promise<void> => {
        for await (const _batch of exportedSource(target).batches(trips.columns))
          expect.fail("rows of a file elsewhere");
      };
      await expect(read(), String(path)).rejects.toMatchObject({ code: "data/invalid-path" });
    }
  });
});
