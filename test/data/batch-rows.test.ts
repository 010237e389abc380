import { expect, test } from "vitest";
import { handoff } from "../../src/core/handoff.ts";
import { BatchRows } from "../../src/data/batch-rows.ts";
import { columnOf, makeTable, type Table } from "../../src/table/table.ts";
import { withData } from "./open-data.ts";

const target = {
  name: "big",
  columns: { n: { tag: "f64", nullable: false }, s: { tag: "utf8", nullable: false } },
  schemaDigest: "sha256:00",
} as const;

/** Rows of some 1.2 MB. */
const memoryBytes = 3_000_000;

function part(index: number): Table {
  const rows = 100_000;
  return makeTable({
    n: { tag: "f64", values: Float64Array.from({ length: rows }, (_, i) => index * rows + i) },
    s: { tag: "utf8", values: new Int32Array(rows).fill(index % 2), dictionary: ["even", "odd"] },
  });
}

test("rows beyond what the memory may hold come back as they were, whole or a column alone, as often as asked", () =>
  withData(async ({ repository, blobs }) => {
    const rows = new BatchRows(repository, target, memoryBytes);
    for (let i = 0; i < 9; i++) await rows.add(part(i));
    await rows.finish();
    expect(rows.rowCount).toBe(900_000);
    let stored = 0;
    for await (const ref of blobs.list()) stored += ref === undefined ? 0 : 1;
    expect(stored, "blobs of the draft").toBeGreaterThan(0);
    for (let time = 0; time < 2; time++) {
      let at = 0;
      for await (const table of rows.tables(["n"])) {
        const { values } = columnOf(table, "n", "f64");
        expect(table.columns["s"]).toBeUndefined();
        expect([values[0], values.at(-1)]).toEqual([at, at + table.rowCount - 1]);
        at += table.rowCount;
      }
      expect(at).toBe(900_000);
    }
    expect((await rows.read([])).rowCount).toBe(900_000);
    expect(await repository.head("big")).toBeUndefined();
  }));

test("an error of storing is told to who adds; rows that are given up leave nothing waiting", () =>
  withData(async ({ repository }) => {
    const wrong = new BatchRows(repository, target, memoryBytes);
    const bad = makeTable({ n: { tag: "f64", values: new Float64Array(400_000) } });
    await expect(
      (async () => {
        for (let i = 0; i < 3; i++) await wrong.add(bad);
        await wrong.finish();
      })(),
    ).rejects.toThrowError(/column "s"/);
    const given = new BatchRows(repository, target, memoryBytes);
    for (let i = 0; i < 5; i++) await given.add(part(i));
    await given.abandon(new Error("no more"));
    expect(await repository.head("big")).toBeUndefined();
  }));

test("a handoff gives each value once, in order, and waits until it is taken", async () => {
  const hand = handoff<number>();
  const given: number[] = [];
  const giving = (async () => {
    for (let i = 0; i < 3; i++) {
      await hand.give(i);
      given.push(i);
    }
    hand.end();
  })();
  const taken: [number, number][] = [];
  for await (const value of hand.values) taken.push([value, given.length]);
  await giving;
  expect(taken.map(([value]) => value)).toEqual([0, 1, 2]);
  expect(taken.every(([value, before]) => before <= value + 1)).toBe(true);
  hand.fail(new Error("gone"));
  await expect(hand.give(4)).rejects.toThrowError("gone");
});
