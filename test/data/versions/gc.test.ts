import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { onEachEngine } from "../on-each-engine.ts";
import { seededRandom } from "../../../src/core/random.ts";
import { DatasetVersions } from "../../../src/data/versions/dataset-versions.ts";
import type { OpenData } from "../open-data.ts";
import { plain, readings, tableOf } from "./sample-dataset.ts";

async function blobCount({ blobs }: OpenData): Promise<number> {
  let count = 0;
  for await (const _ of blobs.list()) count++;
  return count;
}

async function readEverything({ data }: OpenData): Promise<void> {
  for (const { commit } of [...(await data.branches("plain")), ...(await data.tags("plain"))])
    for (const { version } of await data.log("plain", { branch: commit.id })) await data.read(version);
}

onEachEngine((withData) => {
  test("what only a deleted branch kept is removed, after the grace period; a dry run only tells", () =>
    withData(async (open) => {
      const { data, clock } = open;
      clock.set(Date.now());
      await data.commit(plain, [tableOf(readings(0, 5))]);
      await data.branch("plain", "exp");
      const lost = await data.commit(plain, [tableOf(readings(10, 5))], { branch: "exp" });
      await data.tag("plain", "kept", { at: "exp" });
      await data.deleteBranch("plain", "exp");
      expect(await data.gc({ graceMs: 0 })).toMatchObject({ removed: 0, young: 0 });
      await data.deleteTag("plain", "kept");
      const before = await blobCount(open);
      expect(await data.gc()).toMatchObject({ removed: 0, young: 2 });
      const told = await data.gc({ graceMs: 0, dryRun: true });
      expect(told).toMatchObject({ dryRun: true, removed: 2, kept: before - 2 });
      expect(await blobCount(open)).toBe(before);
      clock.advance(2 * 86_400_000);
      expect(await data.gc({ actor: "ada" })).toEqual({ ...told, dryRun: false });
      const onRecord = (await open.ledger.audit.read({ subject: "blobs" })).map(({ kind, actor, body }) => [
        kind,
        actor,
        body,
      ]);
      const body = { blobs: 2, bytes: told.removedBytes, graceMs: 86_400_000 };
      expect(onRecord).toEqual([["data.collected", "ada", body]]);
      expect(await blobCount(open)).toBe(before - 2);
      await readEverything(open);
      await expect(data.read(lost.digest)).rejects.toMatchObject({ code: "data/version-not-found" });
      await expect(data.branch("plain", "back", { from: lost.digest })).rejects.toMatchObject({
        code: "data/version-not-found",
      });
      await expect(data.gc({ graceMs: -1 })).rejects.toMatchObject({ code: "argument/invalid" });
    }));

  test("versions and blobs that others name are kept; without word of them nothing is collected", () =>
    withData(async (open) => {
      const { data, repository, metadata, blobs, ledger, clock } = open;
      await data.commit(plain, [tableOf(readings(0, 5))]);
      await data.branch("plain", "exp");
      const named = await data.commit(plain, [tableOf(readings(10, 5))], { branch: "exp" });
      await data.deleteBranch("plain", "exp");
      const model = await blobs.put(new TextEncoder().encode("weights"));
      const wiring = { repository, metadata, blobs, ledger, clock };
      await expect(new DatasetVersions(wiring).gc()).rejects.toMatchObject({ code: "argument/invalid" });
      const roots = async function* () {
        yield named.digest;
        yield model.digest;
      };
      expect(await new DatasetVersions({ ...wiring, roots }).gc({ graceMs: 0 })).toMatchObject({ removed: 0 });
      expect((await data.read(named.digest)).rowCount).toBe(10);
      expect(await blobs.has(model.digest)).toBe(true);
    }));

  test(
    "commits that take up old blobs while garbage is collected without a grace period lose nothing",
    () =>
      withData(async (open) => {
        const { data, again } = open;
        const random = seededRandom("gc race");
        await data.commit(plain, [tableOf(readings(0, 1))]);
        const other = await again();
        let done = false;
        const collecting = (async () => {
          let removed = 0;
          for (; !done; await pause(5)) removed += (await other.data.gc({ graceMs: 0 })).removed;
          return removed;
        })();
        for (let i = 0; i < 25; i++) {
          await data.branch("plain", `b${i}`);
          const rows = Array.from({ length: 3 }, () => tableOf(readings(10 * random.int(3), 4)));
          for (const table of rows) await data.commit(plain, [table], { branch: `b${i}` });
          expect((await data.read("plain", { branch: `b${i}` })).rowCount).toBe(13);
          if (i % 2 === 0) await data.deleteBranch("plain", `b${i}`);
        }
        done = true;
        expect(await collecting).toBeGreaterThan(0);
        await other.close();
        await readEverything(open);
      }),
    60_000,
  );

  test("a commit that no ref leads to is not merged once a collector has begun to remove it", () =>
    withData(async (open) => {
      const { data, blobs, repository } = open;
      const first = await data.commit(plain, [tableOf(readings(0, 5))]);
      await data.branch("plain", "exp");
      const lost = await data.commit(plain, [tableOf(readings(10, 5))], { branch: "exp" });
      await data.deleteBranch("plain", "exp");
      const merge = () => data.merge({ dataset: plain, from: lost.digest });
      const blob = (await repository.manifest(lost.digest)).parts.at(-1)?.columns[0]?.blob;
      if (blob === undefined) return expect.fail();
      const bytes = await blobs.get(blob);
      await blobs.delete(blob);
      await expect(merge()).rejects.toMatchObject({ code: "data/version-not-found" });
      expect((await data.head("plain"))?.digest).toBe(first.digest);
      await blobs.put(bytes);
      expect((await merge()).outcome).toBe("fast-forward");
      expect((await data.read("plain")).rowCount).toBe(10);
    }));

  test("a collector that died leaves nothing that stops a commit", () =>
    withData(async (open) => {
      const { data, metadata, clock, repository } = open;
      const first = await data.commit(plain, [tableOf(readings(0, 5))]);
      const [part] = (await repository.manifest(first.digest)).parts;
      await metadata.write(async (tx) => {
        const sql = tx.sql.withTables<import("../../../src/data/versions/graph-migration.ts").GraphTables>();
        await sql
          .insertInto("data_doomed")
          .values({ digest: part?.digest ?? "", until_ms: clock.nowMs() - 1 })
          .execute();
      });
      expect((await data.commit(plain, [tableOf(readings(0, 5))])).rows).toBe(10);
      expect((await data.read("plain")).rowCount).toBe(10);
    }));
});
