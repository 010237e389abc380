import { deepStrictEqual } from "node:assert";
import { inspect } from "node:util";
import { expect, test } from "vitest";
import { count, entity, featureService, featureView, mean, onDemand, request, t } from "../../src/features/index.ts";
import { makeTable } from "../../src/table/table.ts";
import { tableFromRows } from "../../src/table/table-from-rows.ts";
import { withWorkbench, type Workbench } from "./feature-workbench.ts";
import { plainDataset } from "./plain-dataset.ts";

// What `console.log` of a result shows: everything that is in it, at most so much of it, and no [Object].

const minute = 60_000;
const columns = { id: t.float64, time: t.instant, sensor: t.utf8, degrees: t.float64, note: t.utf8 };
const readings = plainDataset("readings", columns, { id: "id" });
const recent = featureView("recent", {
  source: readings,
  entities: [entity("sensor", { sensor: t.utf8 })],
  windows: { degrees: mean("degrees").over("30m"), n: count().over("30m") },
  latest: { note: "note" },
  ttl: "20m",
});
const felt = onDemand("felt", {
  inputs: [recent, request({ since: t.instant })],
  features: ({ recent: { degrees }, since }) => ({ warm: degrees.gt(20), hour: since.hour() }),
});
const service = featureService("sensors", [recent, felt]);
const rows = [
  { id: 1, time: 0, sensor: "A", degrees: 21.5, note: "two\nlines" },
  { id: 2, time: 5 * minute, sensor: "A", degrees: 22, note: "ok" },
];

async function filled({ datasets, store }: Workbench): Promise<void> {
  await datasets.commit(readings, [tableFromRows(rows, columns)]);
  await store.materialize(service, { to: 6 * minute });
}

test("an online read prints a line a feature", async () => {
  await withWorkbench(async (bench) => {
    await filled(bench);
    const read = await bench.store.online(service, { sensor: "A", since: 0 }, { atMs: 10 * minute });
    const expected = [
      "5 features at 1970-01-01T00:10:00.000Z:",
      "  recent.degrees  21.75  event at 1970-01-01T00:05:00.000Z",
      "  recent.n        2      event at 1970-01-01T00:05:00.000Z",
      "  recent.note     ok     event at 1970-01-01T00:05:00.000Z",
      "  felt.warm       true   event at 1970-01-01T00:10:00.000Z",
      "  felt.hour       0      event at 1970-01-01T00:10:00.000Z",
    ].join("\n");
    expect(inspect(read)).toBe(expected);
    expect(String(read)).toBe(expected);
    expect(Object.keys(read)).toEqual(["features", "atMs"]);
    expect(JSON.parse(JSON.stringify(read))).toEqual({ features: read.features, atMs: 10 * minute });
    const nowhere = await bench.store.online(service, { sensor: "Z", since: 0 }, { atMs: 10 * minute });
    expect(String(nowhere)).toContain("  recent.degrees  missing\n");
  });
});

test("reads of many rows, training sets and tables print their first rows", async () => {
  await withWorkbench(async (bench) => {
    await filled(bench);
    const inputs = Array.from({ length: 12 }, (_, i) => ({ sensor: i === 0 ? "A" : "Z", since: 0 }));
    const many = await bench.store.onlineMany(service, inputs, { atMs: 40 * minute });
    expect(inspect(many).split("\n")).toEqual([
      "12 rows × 5 features",
      "at                        recent.degrees  recent.n  recent.note  felt.warm  felt.hour",
      "instant                              f64       f64  utf8         bool             f64",
      "1970-01-01T00:40:00.000Z         missing         0  expired      missing            0",
      ...Array.from(
        { length: 9 },
        () => "1970-01-01T00:40:00.000Z         missing         0  missing      missing            0",
      ),
      "… 2 more rows",
    ]);
    const spine = tableFromRows([{ sensor: "A", since: 0, at: 10 * minute }], {
      sensor: t.utf8,
      since: t.instant,
      at: t.instant,
    });
    const set = await bench.store.training(service, { spine, at: "at" });
    const [head, size, names, , row] = inspect(set).split("\n");
    expect(head).toMatch(/^Training set sha256:[0-9a-f]{8}… of sensors sha256:[0-9a-f]{8}…, from readings sha256:/);
    expect(size).toBe("1 row × 8 columns");
    expect(names).toMatch(/^sensor {2}since {21}at +recent\.degrees +recent\.n +recent\.note +felt\.warm +felt\.hour$/);
    expect(row).toMatch(/^A {7}1970-01-01T00:00:00\.000Z {2}1970-01-01T00:10:00\.000Z {11}21\.75 +2 {2}ok +true +0$/);
    const replayed = await bench.store.replay(service, { inputs, atMs: many.atMs, columns: many.columns as never });
    expect(inspect(replayed)).toMatch(/^60 cells: (all equal to the bit|\d+ differ: )/);
    expect(
      inspect(await bench.store.catalog())
        .split("\n")
        .slice(0, 2),
    ).toEqual(["service sensors", "  views: recent, felt"]);
    expect(inspect(await bench.store.served(service))).toContain("0 rows × 4 columns\nrecent.degrees");
  });
});

test("of wide tables the first columns are printed, of long values the beginning", () => {
  const wide = Object.fromEntries(
    Array.from({ length: 40 }, (_, i) => [`column_${i}`, { tag: "f64", values: Float64Array.of(i, -0) } as const]),
  );
  const table = makeTable(wide);
  const lines = inspect(table).split("\n");
  expect(lines[0]).toBe("2 rows × 40 columns");
  expect(lines.at(-1)).toMatch(/^… \d+ more columns: column_1\d, .*, …$/);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(200);
  expect(lines[4]).toMatch(/^ +-0 +-0/);
  deepStrictEqual(table, { rowCount: 2, columns: wide });
  deepStrictEqual(structuredClone(table), { rowCount: 2, columns: wide });

  const long = tableFromRows([{ text: "x".repeat(99), list: [1, 2, 3, 4, 5], none: null, lines: "a\nb", empty: "" }], {
    text: t.utf8,
    list: t.vector(5),
    none: { tag: "f64", nullable: true },
    lines: t.utf8,
    empty: t.utf8,
  });
  expect(inspect(long).split("\n")[3]).toBe(`${"x".repeat(31)}…  [1, 2, 3, 4, … 5 items]  null  "a\\nb"  ""`);
  expect(inspect(makeTable({}))).toBe("0 rows × 0 columns");
});
