import { expect, test } from "vitest";
import { seededRandom } from "../../../src/core/random.ts";
import { coalesce, featureService, onDemand, pure, request, t, when } from "../../../src/features/index.ts";
import type { Column } from "../../../src/table/column.ts";
import { withWorkbench } from "../feature-workbench.ts";
import { departures, fill, history, requests, route, spineOf } from "../trips.ts";

const rich = onDemand("rich", {
  inputs: [departures, route, request({ distance: t.float64, when: t.instant })],
  features: ({ departures: d, route: r, distance, when: at }) => {
    const band = when(distance.gt(1000)).then("far").case(d.rain, "wet").otherwise("near");
    return {
      power: d.delay_2d.pow(2).add(r.hi.log1p()).cbrt(),
      wave: distance.sin().atan2(r.n),
      filled: coalesce(d.last_delay, d.delay_1h, r.lo, distance.neg()),
      unknown: d.rain.and(r.lo.isNull()),
      band,
      label: band.concat("-").concat(at.year().toText()).upper(),
      bucket: band.hash(16),
      ...band.oneHot(["far", "near"], "is_"),
      hour: at.floorTo("1h").minus("1d"),
      age: at.daysSince(at.floorTo("1d")),
      own: pure((x, text) => (x > 500 ? x + text.length : null), {
        version: "1",
        inputs: [distance, band],
        type: { tag: "f64", nullable: true },
      }),
    };
  },
});
const service = featureService("rich-v1", [rich]);

/** A cell of a training table as an online read would show it. */
function cellOf(column: Column | undefined, row: number): unknown {
  if (column === undefined) throw new Error("a column expected");
  const state = column.states?.[row] ?? 1;
  if (state !== 1) return state === 0 ? "null" : "absent";
  if (column.tag === "utf8") return column.dictionary[column.values[row] ?? 0];
  return column.tag === "bool" ? column.values[row] === 1 : column.values[row];
}

test("training and serving give the same cells for texts, instants, numbers and booleans", async () => {
  await withWorkbench(async (bench) => {
    const random = seededRandom("rich");
    const table = history(random, 1500);
    await fill(bench, table, 1000);
    const asked = requests(random, table, 200, Number(table.columns["date"]?.values[1000]));
    const training = await bench.store.training(service, { spine: spineOf(asked), at: "at" });
    const seen = new Set<string>();
    for (const [row, input] of asked.inputs.entries()) {
      const { features } = await bench.store.online(service, input as never, { atMs: asked.atMs[row] ?? 0 });
      for (const [name, cell] of Object.entries(features)) {
        const served = cell.status === "present" ? cell.value : cell.status === "null" ? "null" : "absent";
        const trained = cellOf(training.table.columns[name], row);
        if (!Object.is(served, trained)) expect.fail(`${name}, row ${row}: served ${served}, trained ${trained}`);
        seen.add(`${name} ${cell.status === "present"}`);
      }
    }
    expect(seen).toContain("rich.power true");
    expect(seen).toContain("rich.power false");
    expect(seen).toContain("rich.own false");
    expect(seen).toContain("rich.label true");
  });
});
