import { readFileSync, writeFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { folderFiles } from "../../src/backends/fs/folder-files.ts";
import type { Digest } from "../../src/core/digest.ts";
import { seededRandom } from "../../src/core/random.ts";
import { dataset } from "../../src/data/dataset.ts";
import { columnOf, makeTable, type Table } from "../../src/table/table.ts";
import { type OpenData, withData } from "../data/open-data.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const points = dataset("points", { schema: z.object({ at: z.date(), value: z.number() }), eventTime: "at" });

function pointRows(count: number): Table {
  const random = seededRandom("points");
  return makeTable({
    at: { tag: "instant", values: Float64Array.from({ length: count }, (_, i) => i) },
    value: { tag: "f64", values: Float64Array.from({ length: count }, () => random.next()) },
  });
}

/** Changes a bit of a blob on the disk while `work` runs. */
async function corrupted({ folder }: OpenData, blob: Digest, at: number, work: () => Promise<void>): Promise<void> {
  const hex = blob.slice("sha256:".length);
  const path = join(folder, "blobs", "objects", "sha256", hex.slice(0, 2), hex);
  const bytes = readFileSync(path);
  const edited = Uint8Array.from(bytes);
  edited[at] = (edited[at] ?? 0) ^ 1;
  writeFileSync(path, edited);
  await work();
  writeFileSync(path, bytes);
}

/** What a process that has read nothing yet says to a read. */
async function refusedAnew(open: OpenData, read: (fresh: OpenData) => Promise<unknown>): Promise<string> {
  const fresh = await open.again();
  try {
    const error = await read(fresh).then(
      () => expect.fail("a corrupted blob was read"),
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ code: "blob/corrupt" });
    return error instanceof Error ? error.message : "";
  } finally {
    await fresh.close();
  }
}

test("a corrupted manifest, page of a manifest and chunk are named with dataset, version, place and blob", () =>
  withData(async (open) => {
    await open.data.commit(points, [pointRows(800_000)]);
    // Shares its first pages with the version before it.
    const { digest } = await open.data.commit(points, [pointRows(10)]);
    const manifest = await open.repository.manifest(digest);
    const page = manifest.pages[0];
    const chunk = manifest.parts[2]?.columns[1];
    if (page === undefined || chunk === undefined || page.blob === manifest.blob) return expect.fail();
    const version = `dataset version ${digest} of "points"`;
    const read = ({ data }: OpenData): Promise<unknown> => data.read(digest);
    await corrupted(open, manifest.blob, 20, async () => {
      for (const text of [`the manifest of ${version}`, manifest.blob])
        expect(await refusedAnew(open, read)).toContain(text);
      expect(await refusedAnew(open, ({ data }) => data.head("points"))).toContain(`the manifest of ${version}`);
      expect(await refusedAnew(open, ({ data }) => data.gc({ graceMs: 0 }))).toContain(`the manifest of ${version}`);
    });
    await corrupted(open, page.blob, page.offset + 20, async () => {
      const place = `page 1 of ${manifest.pages.length} of the manifest of ${version}`;
      for (const text of [place, page.blob]) expect(await refusedAnew(open, read)).toContain(text);
    });
    await corrupted(open, chunk.blob, chunk.offset + 20, async () => {
      const place = `column "value" in part 3 of ${manifest.parts.length} of dataset "points", version ${digest}`;
      for (const text of [place, chunk.blob]) expect(await refusedAnew(open, read)).toContain(text);
    });
    expect((await open.data.read(digest)).rowCount).toBe(800_010);
  }));

test("a corrupted chunk that a diff or a merge reads is named by the version and part that it belongs to", () =>
  withData(async (open) => {
    const { data, repository } = open;
    const before = await data.commit(points, [pointRows(40_000)]);
    await data.branch("points", "fix");
    const rows = pointRows(40_000);
    columnOf(rows, "value", "f64").values[39_999] = 5;
    const after = await data.commit(points, [rows], { branch: "fix", parent: null });
    const { parts } = await repository.manifest(after.digest);
    const chunk = parts.at(-1)?.columns[1];
    if (chunk === undefined || parts.length < 3) return expect.fail();
    const place = `column "value" in part ${parts.length} of ${parts.length} of dataset "points", version ${after.digest}`;
    await corrupted(open, chunk.blob, chunk.offset + 20, async () => {
      expect(await refusedAnew(open, (fresh) => fresh.data.diff(before.digest, after.digest))).toContain(place);
      await data.commit(points, [pointRows(5)]);
      expect(await refusedAnew(open, (fresh) => fresh.data.merge({ dataset: points, from: "fix" }))).toContain(place);
    });
  }));

test("a corrupted and a missing file of a version are named with dataset, version, path and blob", () =>
  withData(async (open) => {
    const folder = temporaryFolder();
    await mkdir(join(folder, "cats"));
    await writeFile(join(folder, "cats", "1.png"), "a cat");
    const { digest } = await open.data.commitFiles("images", folderFiles(folder));
    const [file] = await open.data.files("images");
    if (file === undefined) return expect.fail();
    const place = `the file "cats/1.png" of dataset "images", version ${digest}`;
    await corrupted(open, file.digest, 1, async () => {
      const error = await refusedAnew(open, ({ data }) => data.file("images", "cats/1.png"));
      for (const text of [place, file.digest]) expect(error).toContain(text);
    });
    await open.blobs.delete(file.digest);
    await expect(open.data.file("images", "cats/1.png")).rejects.toMatchObject({
      code: "blob/not-found",
      found: expect.stringContaining(place),
    });
    await open.data.commitFiles("images", folderFiles(folder));
    expect(new TextDecoder().decode(await open.data.file(digest, "cats/1.png"))).toBe("a cat");
  }));
