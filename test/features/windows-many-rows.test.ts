import { expect, test } from "vitest";
import { type Random, seededRandom } from "../../src/core/random.ts";
import { runSteps } from "../../src/core/turns.ts";
import {
  count,
  distinct,
  first,
  last,
  max,
  mean,
  min,
  quantile,
  sd,
  sum,
} from "../../src/features/definitions/aggregates.ts";
import { nullable, t } from "../../src/features/definitions/column-tags.ts";
import { entity } from "../../src/features/definitions/entity.ts";
import { featureView } from "../../src/features/definitions/feature-view.ts";
import { makeCells, type NumberCells } from "../../src/features/kernel/cells.ts";
import { makeKernel } from "../../src/features/kernel/kernel.ts";
import { type SweepInput, sweepWindows } from "../../src/features/windows/sweep-windows.ts";
import { windowSpecOf } from "../../src/features/windows/window-spec.ts";
import { plainDataset } from "./plain-dataset.ts";

// Rows are finished some hundred at a time: what a row answers must not depend on which others are asked with it, nor on their order.

const hour = 3_600_000;
const all = {
  n: count(),
  s: sum("a"),
  m: mean("a"),
  lo: min("a"),
  hi: max("b"),
  f: first("a"),
  l: last("b"),
  d: distinct("b"),
};
const windows = Object.fromEntries([
  ...Object.entries(all).flatMap(([name, aggregate]) => [
    [`${name}1`, aggregate.over("1h")],
    [`${name}24`, aggregate.over("24h")],
    [`${name}t`, aggregate.tumbling("3h")],
    [`${name}s`, aggregate.session({ gap: "40m", max: "5h", keep: "2h" })],
  ]),
  ["sd24", sd("a").over("24h")],
  ["q24", quantile("b", 0.3).over("24h")],
]);
const columns = { time: t.instant, known: t.instant, key: t.utf8, a: nullable(t.float64), b: t.float64 };
const view = featureView("v", {
  source: plainDataset("s", columns, { knownTime: "known" }),
  entities: [entity("e", { key: t.utf8 })],
  windows,
});
if (view.body.kind !== "windowed") throw new Error("a windowed view expected");
const spec = windowSpecOf(view.body);
const kernel = makeKernel();
const keyCount = 40;

function drawn(random: Random, events: number, rows: number): SweepInput {
  const time = (): number => random.int(48 * hour);
  const eventTimeMs = Float64Array.from({ length: events }, time);
  const keys = (length: number): Int32Array => Int32Array.from({ length }, () => random.int(2 * keyCount) - keyCount);
  const values = (): Float64Array => Float64Array.from({ length: events }, () => random.int(100) / 4 - 10);
  return {
    spec,
    kernel,
    keyCount,
    eventKeys: keys(events).map((key) => Math.max(key, -1)),
    eventTimeMs,
    knownTimeMs: eventTimeMs.map((ms) => ms + random.int(3) * hour),
    columns: [
      { values: values(), present: Uint8Array.from({ length: events }, () => Number(random.int(4) > 0)) },
      { values: values(), present: undefined },
    ],
    rowKeys: keys(rows).map((key) => Math.max(key, -1)),
    atMs: Float64Array.from({ length: rows }, time),
  };
}

function sweep(input: SweepInput): readonly NumberCells[] {
  const cells = spec.features.map(() => makeCells("f64", input.atMs.length)).filter((own) => own.kind === "number");
  runSteps(sweepWindows(input, cells));
  return cells;
}

for (const rows of [1, 255, 256, 257, 1500]) {
  test(`${rows} rows answer what each of them answers alone`, () => {
    const input = drawn(seededRandom(`many rows ${rows}`), 2000, rows);
    const together = sweep(input);
    let present = 0;
    for (let row = 0; row < rows; row++) {
      const part = { rowKeys: input.rowKeys.slice(row, row + 1), atMs: input.atMs.slice(row, row + 1) };
      const alone = sweep({ ...input, ...part });
      spec.features.forEach(({ name }, f) => {
        const found = [together[f]?.values[row], together[f]?.statuses[row]];
        const expected = [alone[f]?.values[0], alone[f]?.statuses[0]];
        if (!Object.is(found[0], expected[0]) || found[1] !== expected[1])
          expect({ row, name, found }).toEqual({ row, name, expected });
        if (!Number.isNaN(found[0])) present++;
      });
    }
    if (rows > 1) expect(present).toBeGreaterThan((rows * spec.features.length) / 4);
    if (rows === 1500) expect(input.rowKeys.filter((key) => key < 0).length).toBeGreaterThan(512);
  });
}
