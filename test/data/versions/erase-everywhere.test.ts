import { expect, test } from "vitest";
import { z } from "zod";
import type { BlobStore } from "../../../src/contracts/blob-store.ts";
import type { Digest } from "../../../src/core/digest.ts";
import { membership } from "../../../src/data/checks/membership.ts";
import { pattern } from "../../../src/data/checks/pattern.ts";
import type { DataTables } from "../../../src/data/data-migrations.ts";
import { dataset } from "../../../src/data/dataset.ts";
import { rowsSource } from "../../../src/data/sources/rows-source.ts";
import { DatasetRepository } from "../../../src/data/dataset-repository.ts";
import type { ManifestChunk } from "../../../src/data/parts/manifest.ts";
import { readRanges } from "../../../src/data/parts/blob-ranges.ts";
import type { Compression } from "../../../src/data/parts/pack-writer.ts";
import { blobsOfVersion } from "../../../src/data/versions/blobs-of-version.ts";
import { DatasetVersions } from "../../../src/data/versions/dataset-versions.ts";
import { onEachEngine } from "../on-each-engine.ts";
import type { OpenData } from "../open-data.ts";
import { keyed, type Reading, readings, rowsIn, tableOf } from "./sample-dataset.ts";

const secret = "Anna-Example-17";
const order = { where: { place: secret }, reason: "request 17", actor: "grace" };

/** Wires the data stage anew over the same stores. */
function wired(
  { metadata, ledger, clock, ...open }: OpenData,
  pins: readonly Digest[],
  { blobs = open.blobs, compression = "none" }: { blobs?: BlobStore; compression?: Compression } = {},
) {
  const repository = new DatasetRepository({ metadata, blobs, ledger, clock, compression });
  const roots = async function* () {
    yield* pins;
  };
  return { repository, versions: new DatasetVersions({ repository, metadata, blobs, ledger, clock, roots }) };
}

async function blobsHolding({ blobs }: OpenData, text: string): Promise<readonly Digest[]> {
  const found: Digest[] = [];
  for await (const { digest } of blobs.list())
    if (Buffer.from(await blobs.get(digest)).includes(text)) found.push(digest);
  return found;
}

async function everyChunk(
  repository: DatasetRepository,
  versions: Iterable<Digest>,
): Promise<readonly ManifestChunk[]> {
  const chunks: ManifestChunk[] = [];
  for (const version of versions)
    for (const { columns } of (await repository.manifest(version)).parts) chunks.push(...columns);
  return chunks;
}

/** The texts of those chunks whose blobs are still there. */
async function textOf({ blobs }: OpenData, chunks: readonly ManifestChunk[]): Promise<string> {
  const there: ManifestChunk[] = [];
  for (const chunk of chunks) if (await blobs.has(chunk.blob)) there.push(chunk);
  const bytes = await readRanges(blobs, there, () => "a chunk");
  return bytes.map((one) => Buffer.from(one).toString("latin1")).join("\n");
}

onEachEngine((withData) => {
  for (const compression of ["none", "deflate"] as const)
    test(`a version that only a run names is erased from too, and stays a name that says so (compression ${compression})`, () =>
      withData(async (open) => {
        const { data, ledger, metadata } = open;
        const { repository } = wired(open, [], { compression });
        await repository.register(keyed);
        const clean = await repository.commit(keyed, [tableOf(readings(0, 40))]);
        for (const name of ["exp", "calm"]) await data.branch("keyed", name);
        const trained = await repository.commit(keyed, [tableOf(readings(100, 40, { place: secret }))], {
          branch: "exp",
        });
        const beside = await repository.commit(keyed, [tableOf(readings(200, 3))], { branch: "calm" });
        for (const name of ["exp", "calm"]) await data.deleteBranch("keyed", name);
        await metadata.write((tx) =>
          ledger.lineage.record(tx, [
            { from: `dataset:${trained.digest}`, to: "run:r1", kind: "trained on", asserted: false },
          ]),
        );
        const { versions } = wired(open, [trained.digest, beside.digest], { compression });
        const before = await everyChunk(repository, [clean.digest, trained.digest, beside.digest]);
        expect(await textOf(open, before)).toContain(secret);

        const result = await versions.erase("keyed", order);
        expect(result.rows).toBe(40);
        expect([...result.versions.keys()]).toEqual([trained.digest]);
        expect(result.purged).toBeGreaterThan(0);
        const replacement = result.versions.get(trained.digest);
        if (replacement === undefined) return expect.fail();
        await versions.gc({ graceMs: 0 });

        expect(await blobsHolding(open, secret)).toEqual([]);
        expect(await textOf(open, before)).not.toContain(secret);
        const after = await everyChunk(repository, [clean.digest, replacement, beside.digest]);
        expect(await textOf(open, after)).not.toContain(secret);
        await expect(data.read(trained.digest)).rejects.toMatchObject({
          code: "data/erased",
          message: expect.stringContaining(`(request 17); ${replacement} took its place`),
        });
        await expect(data.requireValidated(trained.digest)).rejects.toMatchObject({ code: "data/erased" });
        expect((await data.read(replacement)).rowCount).toBe(40);
        expect(rowsIn(await data.read(beside.digest))).toEqual(
          [...readings(0, 40), ...readings(200, 3)].map((row) => ({ ...row })),
        );
        const run = await ledger.lineage.upstream("run:r1");
        expect(run.children.map(({ node }) => node)).toEqual([`dataset:${trained.digest}`]);
        const becomes = await ledger.lineage.downstream(`dataset:${trained.digest}`);
        expect(becomes.children.map(({ node }) => node)).toContain(`dataset:${replacement}`);
      }));

  test("an erasure that died before its purge is completed by running it again, or by any collection", () =>
    withData(async (open) => {
      const { data, blobs } = open;
      const failing: BlobStore = {
        capabilities: blobs.capabilities,
        put: (bytes) => blobs.put(bytes),
        get: (digest) => blobs.get(digest),
        getRange: (digest, from, to) => blobs.getRange(digest, from, to),
        has: (digest) => blobs.has(digest),
        delete: () => Promise.reject(new Error("unplugged")),
        list: () => blobs.list(),
      };
      for (const complete of ["erase", "gc"] as const) {
        const old = await data.commit(keyed, [tableOf(readings(0, 4)), tableOf(readings(9, 2, { place: secret }))]);
        await data.profile(old.digest);
        await expect(wired(open, [], { blobs: failing }).versions.erase("keyed", order)).rejects.toThrow("unplugged");
        expect(await blobsHolding(open, secret)).not.toEqual([]);
        expect((await data.read("keyed")).rowCount).toBeGreaterThan(3);
        await expect(data.read(old.digest)).rejects.toMatchObject({ code: "data/erased" });
        if (complete === "erase")
          expect(await data.erase("keyed", order)).toMatchObject({ rows: 0, versions: new Map() });
        else await data.gc();
        expect(await blobsHolding(open, secret)).toEqual([]);
        await data.commit(keyed, [tableOf(readings(50, 1))]);
      }
    }));

  test("what a collection has left of a version when it died goes with the erasure; a broken version that a run names stops it", () =>
    withData(async (open) => {
      const { data, blobs, repository } = open;
      await data.commit(keyed, [tableOf(readings(0, 4))]);
      await data.branch("keyed", "exp");
      await data.commit(keyed, [tableOf(readings(100, 9_000, { place: secret }))], { branch: "exp" });
      const half = await data.commit(keyed, [tableOf(readings(20_000, 3))], { branch: "exp" });
      await data.deleteBranch("keyed", "exp");
      const [lost] = (await blobsOfVersion(repository, half.digest)).blobs;
      if (lost === undefined) return expect.fail();
      const chunk = (await repository.manifest(half.digest)).parts.at(-1)?.columns[0];
      if (chunk === undefined) return expect.fail();
      await blobs.delete(chunk.blob);
      await expect(wired(open, [half.digest]).versions.erase("keyed", order)).rejects.toMatchObject({
        code: "blob/not-found",
        message: expect.stringContaining(half.digest),
      });
      expect(await blobsHolding(open, secret)).not.toEqual([]);
      await data.erase("keyed", order);
      expect(await blobsHolding(open, secret)).toEqual([]);
      expect((await data.read("keyed")).rowCount).toBe(4);
    }));

  test("the very version that rows were erased from is not committed again; with the rows beside others it may be", () =>
    withData(async ({ data }) => {
      const rows = [tableOf(readings(0, 3)), tableOf(readings(7, 1, { place: secret }))];
      await data.commit(keyed, rows);
      await data.erase("keyed", order);
      const head = await data.head("keyed");
      await expect(data.commit(keyed, rows, { parent: null })).rejects.toMatchObject({
        code: "data/erased",
        message: expect.stringContaining("request 17"),
      });
      expect(await data.head("keyed")).toEqual(head);
      await data.commit(keyed, [...rows, tableOf(readings(8, 1))], { parent: null });
      const again = await data.erase("keyed", { ...order, where: { id: 8 }, reason: "request 18" });
      expect(again.rows).toBe(1);
      expect(rowsIn(await data.read("keyed"))).toHaveLength(4);
    }));

  test("a process that had read a version before another one's erasure put it elsewhere reads it as before", () =>
    withData(async (open) => {
      const { data } = open;
      const calm = tableOf(readings(0, 20_000));
      await data.commit(keyed, [calm, tableOf(readings(90_000, 9_000, { place: secret }))]);
      await data.branch("keyed", "exp");
      const kept = await data.commit(keyed, [calm], { parent: null, branch: "exp" });
      const other = await open.again();
      expect((await other.data.read(kept.digest)).rowCount).toBe(20_000);
      const before = (await other.repository.manifest(kept.digest)).blob;
      const { versions } = await data.erase("keyed", order);
      expect(versions.has(kept.digest)).toBe(false);
      expect((await other.data.read(kept.digest)).rowCount).toBe(20_000);
      expect((await other.repository.manifest(kept.digest)).blob).not.toBe(before);
      expect(await blobsHolding(open, secret)).toEqual([]);
      await other.close();
    }));

  test("what is stored of checks, batches and refused rows quotes no value of an erased row", () =>
    withData(async (open) => {
      const { data, ledger, metadata } = open;
      const wanted = /^P/;
      const checked = dataset("checked", {
        schema: z.object({ id: z.number(), at: z.date(), place: z.string(), value: z.number().max(50).nullable() }),
        eventTime: "at",
        id: "id",
        checks: [pattern("place", wanted, { atMost: 0.9 }), membership("place", ["P0", "P1", "P2"], { atMost: 0.9 })],
      });
      const rows = (of: readonly Reading[]) => rowsSource(of.map((row) => ({ ...row, at: new Date(row.at) })));
      const mixed = [...readings(1, 3), ...readings(7, 1, { place: secret }), ...readings(90, 1, { place: secret })];
      const first = await data.ingest(checked, rows(mixed), { onFailure: "quarantine" });
      expect(first.checks.map(({ rowsFailing }) => rowsFailing)).toEqual([1, 1]);
      expect(first.checks[0]?.sampleRows).toMatchObject([{ place: secret }]);
      const failed = readings(20, 1, { place: secret });
      expect((await data.ingest(checked, rows(failed), { onFailure: "block" })).outcome).toBe("blocked");
      expect((await data.ingest(checked, rows(failed), { onFailure: "quarantine" })).outcome).toBe("blocked");

      expect(await data.erase("checked", order)).toMatchObject({ rows: 3 });
      expect(await blobsHolding(open, secret)).toEqual([]);
      const sql = metadata.sql.withTables<DataTables>();
      for (const table of ["data_batch", "data_commit", "data_metrics", "data_version", "data_erased"] as const)
        expect(JSON.stringify(await sql.selectFrom(table).selectAll().execute()), table).not.toContain(secret);
      expect(JSON.stringify(await ledger.audit.read())).not.toContain(secret);
      expect(JSON.stringify(await ledger.changes.read())).not.toContain(secret);
      expect((await data.read("checked")).rowCount).toBe(3);
      expect((await data.read("checked.quarantine")).rowCount).toBe(0);
    }));

  test("a file that is erased by its path is gone with its bytes, unless another file has the same", () =>
    withData(async (open) => {
      const { data } = open;
      const file = (path: string, text: string) => ({
        path,
        kind: "file" as const,
        sizeBytes: text.length,
        stamp: undefined,
        read: async () => new TextEncoder().encode(text),
      });
      const folder = {
        uri: "memory:faces",
        entries: async function* () {
          yield* [file("a.png", `face ${secret}`), file("b.png", "shared"), file("c.png", "shared")];
        },
      };
      const old = await data.commitFiles("faces", folder);
      await data.erase("faces", { where: { path: ["a.png", "b.png"] }, reason: "request 19", actor: "grace" });
      expect(await blobsHolding(open, secret)).toEqual([]);
      expect((await data.files("faces")).map(({ path }) => path)).toEqual(["c.png"]);
      expect(new TextDecoder().decode(await data.file("faces", "c.png"))).toBe("shared");
      await expect(data.files(old.digest)).rejects.toMatchObject({ code: "data/erased" });
    }));
});
