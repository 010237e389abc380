import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { dataset } from "../../../src/data/dataset.ts";
import type { EraseResult } from "../../../src/data/versions/erase-rows.ts";
import type { RowMatch } from "../../../src/data/versions/rows-matching.ts";
import { columnOf } from "../../../src/table/table.ts";
import { onEachEngine } from "../on-each-engine.ts";
import { rowsSource } from "../../../src/data/sources/rows-source.ts";
import { DatasetVersions } from "../../../src/data/versions/dataset-versions.ts";
import type { OpenData } from "../open-data.ts";
import { keyed, readings, rowsIn, tableOf } from "./sample-dataset.ts";

async function bytesHold({ folder }: OpenData, text: string): Promise<boolean> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((one) => one.isFile()))
    if ((await readFile(join(entry.parentPath, entry.name))).includes(text)) return true;
  return false;
}

onEachEngine((withData) => {
  test("a person's rows are gone from every branch, tag and old version, and from the disk; the rest and the log stay", () =>
    withData(async (open) => {
      const { data, ledger, repository, metadata, blobs, clock } = open;
      const secret = "Anna-Example-17";
      await data.commit(keyed, [tableOf(readings(0, 3))], { message: "first" });
      const old = await data.commit(keyed, [tableOf(readings(10, 4, { place: secret }))], {
        message: "second",
        actor: "ada",
      });
      await data.tag("keyed", "v1");
      await data.branch("keyed", "exp", { from: "main~1" });
      await data.commit(keyed, [tableOf(readings(30, 1, { place: secret }))], { branch: "exp" });
      await data.commit(keyed, [tableOf(readings(20, 2))], { message: "third" });
      await data.ingest(
        keyed,
        rowsSource([
          { id: 90, at: new Date(5), place: secret, value: "x" },
          { id: 91, at: new Date(6), place: "P", value: 1 },
        ]),
        {
          onFailure: "quarantine",
        },
      );
      expect(await bytesHold(open, secret)).toBe(true);
      const log = (await data.log("keyed")).map(({ message, author, timeMs }) => [message, author, timeMs]);

      const roots = async function* () {
        yield old.digest;
      };
      const versions = new DatasetVersions({ repository, metadata, blobs, ledger, clock, roots });
      const result = await versions.erase("keyed", { where: { place: secret }, reason: "request 17", actor: "grace" });
      expect(result.rows).toBe(6);
      expect(await bytesHold(open, secret)).toBe(false);
      expect(rowsIn(await data.read("keyed"))).toEqual(
        [...readings(0, 3), ...readings(20, 2), { id: 91, at: 6, place: "P", value: 1 }].map((row) => ({ ...row })),
      );
      expect((await data.read("keyed@v1")).rowCount).toBe(3);
      expect((await data.read("keyed@exp")).rowCount).toBe(3);
      expect((await data.log("keyed")).map(({ message, author, timeMs }) => [message, author, timeMs])).toEqual(log);
      await expect(data.read(old.digest)).rejects.toMatchObject({
        code: "data/erased",
        message: expect.stringContaining(`request 17); ${result.versions.get(old.digest)}`),
      });
      expect(await data.validation(old.digest)).toMatchObject({ validated: false });
      expect((await ledger.audit.read({ subject: "keyed" })).at(-1)).toMatchObject({
        kind: "dataset.erased",
        actor: "grace",
        body: { reason: "request 17" },
      });
      expect(JSON.stringify(await ledger.audit.read())).not.toContain(secret);
      const tree = await ledger.lineage.downstream(`dataset:${old.digest}`);
      expect(tree.children.map(({ via }) => via)).toContain("erased into");
      expect(await ledger.audit.verify()).toMatchObject({ valid: true });
      expect(
        await versions.erase("keyed", { where: { place: secret }, reason: "again", actor: "grace" }),
      ).toMatchObject({
        rows: 0,
      });
      await data.commit(keyed, [tableOf(readings(40, 1))]);
      expect((await data.read("keyed")).rowCount).toBe(7);
    }));

  test("an erasure needs a column to go by, one that is there, and a reason", () =>
    withData(async ({ data }) => {
      await data.commit(keyed, [tableOf(readings(0, 3))]);
      const options = { reason: "r", actor: "a" };
      await expect(data.erase("keyed", { ...options, where: {} })).rejects.toMatchObject({ code: "argument/invalid" });
      await expect(data.erase("keyed", { ...options, where: { id: 1 }, reason: "" })).rejects.toMatchObject({
        code: "argument/invalid",
      });
      await expect(data.erase("keyed", { ...options, where: { nope: 1 } })).rejects.toMatchObject({
        code: "data/missing-column",
      });
      expect(await data.erase("keyed", { ...options, where: { id: [1, 2], place: "P1" } })).toMatchObject({ rows: 1 });
      expect(rowsIn(await data.read("keyed")).length).toBe(2);
    }));

  test("rows are found in columns of every type; a value of another type is refused instead of finding nothing, or others", () =>
    withData(async ({ data }) => {
      const schema = z.object({
        at: z.date(),
        id: z.bigint(),
        age: z.number().nullable(),
        ok: z.boolean(),
        tags: z.object({ n: z.number() }),
      });
      const typed = dataset("typed", { schema, eventTime: "at" });
      const rows = Array.from({ length: 8 }, (_, i) => ({
        at: new Date(1000 * i),
        id: BigInt(i),
        age: i === 7 ? null : i,
        ok: i === 5,
        tags: { n: i },
      }));
      await data.ingest(typed, rowsSource(rows));
      const erase = (where: RowMatch): Promise<EraseResult> => data.erase("typed", { where, reason: "r", actor: "a" });
      const wrong: RowMatch[] = [
        { id: "1" },
        { id: 1.5 },
        { age: "1" },
        { age: 2n ** 60n + 1n },
        { at: "2001-01-01" },
        { ok: 1 },
        { tags: 1 },
        { age: new Date(1) },
        { at: new Date(Number.NaN) },
      ];
      for (const where of wrong)
        await expect(
          erase(where),
          JSON.stringify(where, (_, v) => String(v)),
        ).rejects.toMatchObject({
          code: "argument/invalid",
        });
      expect((await data.head("typed"))?.rows).toBe(8);
      const ids = async (): Promise<bigint[]> => [...columnOf(await data.read("typed"), "id", "i64").values];
      for (const [where, left] of [
        [{ id: 0 }, [1n, 2n, 3n, 4n, 5n, 6n, 7n]],
        [{ id: [1n, 99] }, [2n, 3n, 4n, 5n, 6n, 7n]],
        [{ age: 2n }, [3n, 4n, 5n, 6n, 7n]],
        [{ at: new Date(3000) }, [4n, 5n, 6n, 7n]],
        [{ at: 4000 }, [5n, 6n, 7n]],
        [{ ok: true }, [6n, 7n]],
        [{ tags: '{"n":6}' }, [7n]],
        [{ age: null }, []],
      ] satisfies [RowMatch, bigint[]][]) {
        expect((await erase(where)).rows).toBe(1);
        expect(await ids()).toEqual(left);
      }
    }));
});
