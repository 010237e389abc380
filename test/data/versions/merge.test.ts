import fc from "fast-check";
import { expect, test } from "vitest";
import type { BlobStore } from "../../../src/contracts/blob-store.ts";
import type { DataStage } from "../../../src/data/data-stage.ts";
import { onEachEngine } from "../on-each-engine.ts";
import { rowCount } from "../../../src/data/checks/row-count.ts";
import { dataset } from "../../../src/data/dataset.ts";
import { DatasetRepository } from "../../../src/data/dataset-repository.ts";
import { DatasetVersions } from "../../../src/data/versions/dataset-versions.ts";
import type { OpenData } from "../open-data.ts";
import { keyed, plain, type Reading, readings, rowsIn, sorted, tableOf } from "./sample-dataset.ts";

/** Commits rows as the whole of a branch, in parts of some rows. */
async function put(
  data: DataStage,
  definition: typeof keyed | typeof plain,
  branch: string,
  rows: readonly Reading[],
): Promise<void> {
  await data.commit(definition, [tableOf(rows)], { branch, parent: null });
}

async function read(data: DataStage, name: string, branch = "main"): Promise<unknown[]> {
  return sorted(rowsIn(await data.read(name, { branch })));
}

const edit = fc.record({ id: fc.nat(12), value: fc.nat(2), gone: fc.boolean() });
const edits = fc.array(edit, { maxLength: 8 });

function edited(rows: readonly Reading[], changes: readonly { id: number; value: number; gone: boolean }[]): Reading[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  for (const { id, value, gone } of changes) {
    if (gone) byId.delete(id);
    else byId.set(id, { ...readings(id, 1, { value })[0], id } as Reading);
  }
  return [...byId.values()];
}

let branches = 0;

/** Counts what is read. */
function counted({ blobs }: OpenData, gets: string[]): BlobStore {
  return {
    ...bound(blobs),
    get: (digest) => {
      gets.push(digest);
      return blobs.get(digest);
    },
    getRange: (digest, from, to) => {
      gets.push(digest);
      return blobs.getRange(digest, from, to);
    },
  };
}

function bound(blobs: BlobStore): BlobStore {
  return {
    capabilities: blobs.capabilities,
    put: (bytes) => blobs.put(bytes),
    get: (digest) => blobs.get(digest),
    getRange: (digest, from, to) => blobs.getRange(digest, from, to),
    has: (digest) => blobs.has(digest),
    delete: (digest) => blobs.delete(digest),
    list: () => blobs.list(),
  };
}

async function mergedOf(data: DataStage): Promise<{ readonly version: { readonly digest: string } }> {
  const result = await data.merge({ dataset: "plain", from: "exp" });
  if (result.outcome !== "merged") throw new Error(result.outcome);
  return result;
}

onEachEngine((withData) => {
  test("both sides appended: all rows are there once, ours first, and the version is appended to ours", () =>
    withData(async ({ data }) => {
      await data.commit(plain, [tableOf(readings(0, 5))]);
      await data.branch("plain", "exp");
      await data.commit(plain, [tableOf(readings(10, 2))], { branch: "exp" });
      const ours = await data.commit(plain, [tableOf(readings(20, 3))]);
      const result = await data.merge({ dataset: "plain", from: "exp" });
      if (result.outcome !== "merged") throw new Error(result.outcome);
      expect(result.version.parent).toBe(ours.digest);
      expect(rowsIn(await data.read("plain"))).toEqual(
        [...readings(0, 5), ...readings(20, 3), ...readings(10, 2)].map((row) => ({ ...row })),
      );
      expect((await data.log("plain")).map(({ change }) => change)).toEqual(["merge", "append", "append", "append"]);
      expect((await data.merge({ dataset: "plain", from: "exp" })).outcome).toBe("up-to-date");
      const back = await data.merge({ dataset: "plain", from: "main", into: "exp" });
      expect(back).toMatchObject({ outcome: "fast-forward", version: { digest: result.version.digest } });
      expect((await data.merge({ dataset: "plain", from: "exp" })).outcome).toBe("fast-forward");
    }));

  test("a merged version was merged from both sides, and appended to neither, also where a branch is moved to it", () =>
    withData(async ({ data, ledger }) => {
      await data.commit(plain, [tableOf(readings(0, 5))]);
      await data.branch("plain", "exp");
      const theirs = await data.commit(plain, [tableOf(readings(10, 2))], { branch: "exp" });
      const ours = await data.commit(plain, [tableOf(readings(20, 3))]);
      const { version } = await mergedOf(data);
      await data.merge({ dataset: "plain", from: "main", into: "exp" });
      const { children } = await ledger.lineage.upstream(`dataset:${version.digest}`);
      expect(children.map(({ node, via }) => `${via} ${node}`).sort()).toEqual(
        [`merged dataset:${ours.digest}`, `merged dataset:${theirs.digest}`].sort(),
      );
      await data.commit(plain, [tableOf(readings(30, 1))]);
      await data.revert("plain", "main~1");
      const tip = await data.head("plain");
      const origins = (await ledger.lineage.upstream(`dataset:${tip?.digest}`)).children;
      expect(origins.map(({ via }) => via)).toEqual(["reverted"]);
    }));

  test("a batch that was ingested on both branches counts once, also after criss-cross merges", () =>
    withData(async ({ data }) => {
      await data.commit(plain, [tableOf(readings(0, 3))]);
      for (const branch of ["a", "b"]) await data.branch("plain", branch);
      await data.commit(plain, [tableOf(readings(10, 2))], { branch: "a" });
      await data.commit(plain, [tableOf(readings(20, 2))], { branch: "b" });
      await data.branch("plain", "a1", { from: "a" });
      await data.merge({ dataset: "plain", from: "b", into: "a" });
      await data.merge({ dataset: "plain", from: "a1", into: "b" });
      await data.commit(plain, [tableOf(readings(30, 1))], { branch: "a" });
      await data.commit(plain, [tableOf(readings(40, 1))], { branch: "b" });
      await data.merge({ dataset: "plain", from: "a", into: "b" });
      const all = [...readings(0, 3), ...readings(10, 2), ...readings(20, 2), ...readings(30, 1), ...readings(40, 1)];
      expect(await read(data, "plain", "b")).toEqual(sorted(all));
    }));

  test("a row that both changed differently is a conflict with its key, and nothing is changed; strategies decide it", () =>
    withData(async ({ data }) => {
      const rows = readings(0, 6);
      const changed = (id: number, value: number): Reading[] =>
        rows.map((row) => (row.id === id ? { ...row, value } : row));
      for (const [strategy, value] of [
        ["ours", 100],
        ["theirs", 200],
      ] as const) {
        await put(data, keyed, "main", rows);
        await data.branch("keyed", strategy);
        await put(data, keyed, "main", changed(3, 100));
        await put(
          data,
          keyed,
          strategy,
          changed(3, 200).filter(({ id }) => id !== 5),
        );
        const before = await data.log("keyed");
        await expect(data.merge({ dataset: keyed, from: strategy })).rejects.toMatchObject({
          code: "data/merge-conflict",
          message: expect.stringContaining('"keyed" that both sides changed: id 3;'),
        });
        expect(await data.log("keyed")).toEqual(before);
        await data.merge({ dataset: keyed, from: strategy, strategy });
        expect(await read(data, "keyed")).toEqual(sorted(changed(3, value).filter(({ id }) => id !== 5)));
      }
      await expect(data.merge({ dataset: "keyed", from: "ours", strategy: "mine" as "ours" })).rejects.toMatchObject({
        code: "argument/invalid",
      });
    }));

  test(
    "any edits on both sides merge as a map of keys merges",
    () =>
      withData(async ({ data }) => {
        await fc.assert(
          fc.asyncProperty(edits, edits, async (ours, theirs) => {
            const base = readings(0, 9);
            const [left, right] = [edited(base, ours), edited(base, theirs)];
            await put(data, keyed, "main", base);
            const branch = `b${branches++}`;
            await data.branch("keyed", branch);
            if (left.length > 0) await put(data, keyed, "main", left);
            if (right.length > 0) await put(data, keyed, branch, right);
            fc.pre(left.length > 0 && right.length > 0);
            const of = (rows: readonly Reading[], id: number): string =>
              JSON.stringify(rows.find((row) => row.id === id));
            const wanted: unknown[] = [];
            let conflict = false;
            for (let id = 0; id <= 12; id++) {
              const [b, o, t] = [of(base, id), of(left, id), of(right, id)];
              conflict ||= o !== b && t !== b && o !== t;
              const row = t === b ? o : t;
              if (row !== undefined) wanted.push(JSON.parse(row));
            }
            const merged = data.merge({ dataset: "keyed", from: branch });
            if (conflict) await expect(merged).rejects.toMatchObject({ code: "data/merge-conflict" });
            else {
              await merged;
              expect(await read(data, "keyed")).toEqual(sorted(wanted));
            }
          }),
          { seed: 4, numRuns: 60 },
        );
      }),
    60_000,
  );
  test("a failing gate leaves the branch and says why; a passing one is kept with version and commit", () =>
    withData(async ({ data, ledger }) => {
      const gated = dataset("gated", {
        schema: plain.schema as never,
        eventTime: "at" as never,
        checks: [rowCount({ atLeast: 5 })],
      });
      await data.commit(gated, [tableOf(readings(0, 2))]);
      await data.branch("gated", "exp");
      await data.commit(gated, [tableOf(readings(10, 1))]);
      await data.commit(gated, [tableOf(readings(20, 1))], { branch: "exp" });
      const before = await data.head("gated");
      const refused = await data.merge({ dataset: gated, from: "exp" });
      expect(refused).toMatchObject({ outcome: "refused", reasons: [expect.stringContaining("rowCount")] });
      expect((await data.head("gated"))?.digest).toBe(before?.digest);
      expect((await ledger.audit.read()).at(-1)).toMatchObject({ kind: "merge.refused" });
      await data.commit(gated, [tableOf(readings(30, 1))], { branch: "exp" });
      const passed = await data.merge({ dataset: gated, from: "exp", gate: [rowCount({ atMost: 9 })] });
      if (passed.outcome !== "merged") throw new Error(passed.outcome);
      expect(passed.commit.checks.map(({ outcome }) => outcome)).toEqual(["pass", "pass"]);
      expect((await data.version(passed.version.digest)).checks).toEqual(passed.checks);
    }));

  test("a dataset that was committed with checks is not merged by its name where they are not known", () =>
    withData(async ({ data, metadata, blobs, ledger, clock }) => {
      const gated = dataset("gated", {
        schema: plain.schema as never,
        eventTime: "at" as never,
        checks: [rowCount({ atLeast: 1 })],
      });
      await data.commit(gated, [tableOf(readings(0, 2))]);
      await data.branch("gated", "exp");
      const repository = new DatasetRepository({ metadata, blobs, ledger, clock });
      const versions = new DatasetVersions({ repository, metadata, blobs, ledger, clock });
      await expect(versions.merge({ dataset: "gated", from: "exp" })).rejects.toMatchObject({
        code: "argument/invalid",
      });
    }));

  test("a revert takes back what a commit did and leaves what came after; the batch can be ingested again", () =>
    withData(async ({ data }) => {
      await data.commit(plain, [tableOf(readings(0, 3))]);
      await data.commit(plain, [tableOf(readings(10, 2))]);
      await data.commit(plain, [tableOf(readings(20, 2))]);
      await data.revert("plain", "main~1");
      expect(await read(data, "plain")).toEqual(sorted([...readings(0, 3), ...readings(20, 2)]));
      await data.revert("plain", "main");
      expect(await read(data, "plain")).toEqual(sorted([...readings(0, 3), ...readings(10, 2), ...readings(20, 2)]));
      await data.revert("plain", "main~4");
      expect(await read(data, "plain")).toEqual(sorted([...readings(10, 2), ...readings(20, 2)]));
      await data.branch("plain", "other", { from: "main~4" });
      await data.commit(plain, [tableOf(readings(50, 1))], { branch: "other" });
      await expect(data.revert("plain", "other")).rejects.toMatchObject({ code: "data/ref-not-found" });
    }));

  test("a merge and a diff read no part that is the same on both sides", () =>
    withData(async (open) => {
      const { data, metadata, ledger, clock, repository: first } = open;
      for (let i = 0; i < 8; i++) await data.commit(plain, [tableOf(readings(10 * i, 10))]);
      await data.branch("plain", "exp");
      await data.commit(plain, [tableOf(readings(100, 1))]);
      await data.commit(plain, [tableOf(readings(200, 1))], { branch: "exp" });
      const shared = new Set(
        (await first.manifest((await data.resolve("plain", "main~1")).version)).parts.map(({ digest }) => digest),
      );
      const gets: string[] = [];
      const blobs = counted(open, gets);
      const repository = new DatasetRepository({ metadata, blobs, ledger, clock });
      const versions = new DatasetVersions({ repository, metadata, blobs, ledger, clock });
      expect((await versions.diff("plain", "plain@exp")).rows).toMatchObject({ added: 1, removed: 1, changed: 0 });
      await versions.merge({ dataset: "plain", from: "exp" });
      expect(gets.length).toBeGreaterThan(2);
      expect(gets.filter((digest) => shared.has(digest as never))).toEqual([]);
    }));
});
