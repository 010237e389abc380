import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
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
});
