import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import type { BlobStore } from "../../src/contracts/blob-store.ts";
import { SluiceError } from "../../src/core/errors.ts";
import type { DataTables } from "../../src/data/data-migrations.ts";
import { dataset } from "../../src/data/dataset.ts";
import { DatasetRepository } from "../../src/data/dataset-repository.ts";
import { maxPartRows } from "../../src/data/parts/part-cutter.ts";
import { makeTable, type Table } from "../../src/table/table.ts";
import { tableDigest } from "../../src/table/table-digest.ts";
import { type OpenData, openData, withData } from "./open-data.ts";

const schema = z.object({ at: z.date(), value: z.number().nullable() });
const readings = dataset("readings", { schema, eventTime: "at" });

function numbers(rows: number, from = 0): Table {
  return makeTable({
    at: { tag: "instant", values: Float64Array.from({ length: rows }, (_, i) => 1000 * (from + i)) },
    value: {
      tag: "f64",
      values: Float64Array.from({ length: rows }, (_, i) => from + i),
      states: Uint8Array.from({ length: rows }, (_, i) => (i % 5 === 0 ? 0 : 1)),
    },
  });
}

async function blobFiles({ folder }: OpenData): Promise<string[]> {
  const entries = await readdir(join(folder, "blobs"), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

test("rows come back as they were, in parts of a bounded size; a column selection reads only those", () =>
  withData(async ({ data, folder }) => {
    const table = numbers(100_000);
    const version = await data.commit(readings, [table]);
    const reopened = await openData(folder);
    const sizes: number[] = [];
    for await (const part of reopened.data.scan(version.digest)) sizes.push(part.rowCount);
    expect(sizes.length).toBeGreaterThan(1);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(maxPartRows);
    expect(sizes.reduce((sum, size) => sum + size)).toBe(100_000);
    expect(tableDigest(await reopened.data.read(version.digest))).toBe(tableDigest(table));
    expect(Object.keys((await reopened.data.read(version.digest, { columns: ["value"] })).columns)).toEqual(["value"]);
    await reopened.close();
  }));

test("appending stores only the new rows", () =>
  withData(async (open) => {
    await open.data.commit(readings, [numbers(100)]);
    const before = new Set(await blobFiles(open));
    await open.data.commit(readings, [numbers(50, 100)]);
    const added = (await blobFiles(open)).filter((file) => !before.has(file));
    expect(added).toHaveLength(2);
    expect((await open.data.head("readings"))?.rows).toBe(150);
  }));

test("any changed byte of any blob is found on reading, and the error says which part of what it is", () =>
  withData(async (open) => {
    const version = await open.data.commit(readings, [numbers(1000)]);
    const files = await blobFiles(open);
    expect(files).toHaveLength(2);
    for (const file of files) {
      const bytes = await readFile(file);
      for (const at of [0, bytes.length >> 1, bytes.length - 1]) {
        const edited = Uint8Array.from(bytes);
        edited[at] = (edited[at] ?? 0) ^ 1;
        await writeFile(file, edited);
        const fresh = await openData(open.folder);
        await expect(fresh.data.read(version.digest)).rejects.toThrowError(
          /blob\/corrupt.*(column "(at|value)" in part 1 of 1 of dataset "readings"|manifest of dataset version)/,
        );
        await fresh.close();
      }
      await writeFile(file, bytes);
    }
    expect((await open.data.read(version.digest)).rowCount).toBe(1000);
  }));

test("rows cannot be appended to another dataset's version", () =>
  withData(async ({ data }) => {
    const others = dataset("others", { schema, eventTime: "at" });
    const parent = await data.commit(readings, [numbers(10)]);
    await expect(data.commit(others, [numbers(10)], { parent: parent.digest })).rejects.toMatchObject({
      code: "data/schema-mismatch",
    });
    expect(await data.head("others")).toBeUndefined();
  }));

test("a head that was edited to name another dataset's version, or none, is refused", () =>
  withData(async ({ data, metadata, repository }) => {
    const others = dataset("others", { schema, eventTime: "at" });
    await data.commit(readings, [numbers(10)]);
    const foreign = await data.commit(others, [numbers(20)]);
    for (const commit_id of [(await repository.tip("others"))?.id ?? foreign.digest, "sha256:00"]) {
      await metadata.write(async (tx) => {
        const sql = tx.sql.withTables<DataTables>();
        await sql.updateTable("data_ref").set({ commit_id }).where("dataset", "=", "readings").execute();
      });
      await expect(data.head("readings")).rejects.toThrowError(/newest version of dataset "readings"/);
      await expect(data.commit(readings, [numbers(10)])).rejects.toBeInstanceOf(SluiceError);
    }
  }));

test("an unknown version, and null in a column that is not nullable, are errors", () =>
  withData(async ({ data }) => {
    await expect(data.version(`sha256:${"0".repeat(64)}`)).rejects.toThrowError(/data\/version-not-found/);
    await expect(data.read(`sha256:${"0".repeat(64)}`)).rejects.toThrowError(/data\/version-not-found/);
    const strict = dataset("strict", { schema: z.object({ at: z.date(), value: z.number() }), eventTime: "at" });
    await expect(data.commit(strict, [numbers(10)])).rejects.toThrowError(
      /data\/schema-mismatch.*"value" of dataset "strict"/,
    );
    expect(await data.head("strict")).toBeUndefined();
  }));

test("a disk that fills up at any blob leaves the head as it was; committing again works", () =>
  withData(async (open) => {
    const { metadata, blobs, ledger, clock } = open;
    const first = await open.data.commit(readings, [numbers(10)]);
    const table = numbers(200_000, 10);
    for (let room = 0; room < 2; room++) {
      let puts = 0;
      const full: BlobStore = {
        capabilities: blobs.capabilities,
        put: (bytes) => {
          if (puts++ < room) return blobs.put(bytes);
          throw new SluiceError("io/disk-full", {
            found: "no room left",
            expected: "free space",
            fix: "Free some space.",
          });
        },
        get: (digest) => blobs.get(digest),
        getRange: (digest, from, to) => blobs.getRange(digest, from, to),
        has: (digest) => blobs.has(digest),
        delete: (digest) => blobs.delete(digest),
        list: () => blobs.list(),
      };
      const repository = new DatasetRepository({ metadata, blobs: full, ledger, clock });
      await expect(repository.commit(readings, [table])).rejects.toThrowError(/io\/disk-full/);
      expect((await open.data.head("readings"))?.digest).toBe(first.digest);
    }
    expect(await ledger.audit.verify()).toMatchObject({ events: 1 });
    expect((await open.data.commit(readings, [table])).rows).toBe(200_010);
  }));
