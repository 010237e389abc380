import { expect, test } from "vitest";
import { z } from "zod";
import { nextTurn } from "../../src/core/platform.ts";
import { seededRandom } from "../../src/core/random.ts";
import { dataset } from "../../src/data/dataset.ts";
import {
  count,
  entity,
  featureService,
  featureView,
  max,
  mean,
  onDemand,
  quantile,
  request,
  t,
} from "../../src/features/index.ts";
import { makeTable, type Table } from "../../src/table/table.ts";
import { tableToRows } from "../../src/table/table-to-rows.ts";
import { sliceRows } from "../../src/table/take-rows.ts";
import { withWorkbench, type Workbench } from "./feature-workbench.ts";

// A training set is computed on the thread that also serves: it lets everything else have its turn, and stops when it is told to.

const minute = 60_000;
const [events, rows, places] = [200_000, 100_000, 2_000];

const rides = dataset("rides", {
  schema: z.object({ id: z.number(), date: z.date(), landed: z.date(), place: z.number().int(), price: z.number() }),
  eventTime: "date",
  knownTime: "landed",
  id: "id",
});
const place = entity("place", { place: t.float64 });
const windows = featureView("windows", {
  source: rides,
  entities: [place],
  windows: { mean_1d: mean("price").over("1d"), max_1d: max("price").over("1d"), n_7d: count().over("7d") },
});
const ranks = featureView("ranks", {
  source: rides,
  entities: [place],
  windows: { median_7d: quantile("price", 0.5).over("7d") },
});
const newest = featureView("newest", { source: rides, entities: [place], ttl: "3d", latest: { price: "price" } });
const derived = onDemand("derived", {
  inputs: [windows, newest, request({ distance: t.float64 })],
  features: ({ windows: w, newest: n, distance }) => ({
    log: distance.log1p().add(w.mean_1d.orElse(0).abs().log1p()),
    wave: distance.sin().mul(n.price.orElse(0).cos()),
    ratio: w.n_7d.div(distance.add(1)).pow(0.3),
  }),
});
const service = featureService("rides-v1", [windows, ranks, newest, derived]);

/** One place has a third of all rows: its rows alone take longer than a turn may. */
function placesDrawn(length: number, random: ReturnType<typeof seededRandom>): Float64Array {
  return Float64Array.from({ length }, () => (random.int(3) === 0 ? 0 : random.int(places)));
}

function history(): Table {
  const random = seededRandom("turns");
  const date = Float64Array.from({ length: events }, (_, i) => Date.UTC(2024, 0, 1) + i * minute);
  return makeTable({
    id: { tag: "f64", values: Float64Array.from({ length: events }, (_, i) => i) },
    date: { tag: "instant", values: date },
    landed: { tag: "instant", values: date.map((ms) => ms + random.int(240) * minute) },
    place: { tag: "f64", values: placesDrawn(events, random) },
    price: { tag: "f64", values: Float64Array.from(date, () => random.int(10_000) / 100) },
  });
}

function spine(): Table {
  const random = seededRandom("spine");
  return makeTable({
    at: {
      tag: "instant",
      values: Float64Array.from({ length: rows }, () => Date.UTC(2024, 0, 1) + random.int(events) * minute),
    },
    place: { tag: "f64", values: placesDrawn(rows, random) },
    distance: { tag: "f64", values: Float64Array.from({ length: rows }, () => random.int(3000)) },
  });
}

interface Turns {
  readonly wholeMs: number;
  /** The longest that nothing else had a turn. */
  readonly longestMs: number;
}

/** How the loop turned while work was done. */
async function turnsOf(work: () => Promise<unknown>): Promise<Turns> {
  const began = performance.now();
  let [last, longestMs, done] = [began, 0, false];
  const working = work().finally(() => {
    done = true;
  });
  while (!done) {
    await nextTurn();
    const now = performance.now();
    longestMs = Math.max(longestMs, now - last);
    last = now;
  }
  await working;
  return { wholeMs: performance.now() - began, longestMs };
}

/** Committed rides, and a store that has read them once. */
async function withRides(work: (bench: Workbench, build: (signal?: AbortSignal) => Promise<unknown>) => Promise<void>) {
  await withWorkbench(async (bench) => {
    await bench.datasets.commit(rides, [history()]);
    const asked = spine();
    const build = async (signal?: AbortSignal): Promise<unknown> =>
      await bench.store.training(service, { spine: asked, at: "at", ...(signal === undefined ? {} : { signal }) });
    await build();
    await work(bench, build);
  });
}

test("rows that are computed in many steps are what they are alone", async () => {
  await withRides(async ({ store }) => {
    const asked = spine();
    const whole = await store.training(service, { spine: asked, at: "at" });
    for (const from of [0, 4090, 50_000, rows - 50]) {
      const part = sliceRows(asked, from, from + 50);
      const alone = await store.training(service, { spine: part, at: "at" });
      expect(tableToRows(sliceRows(whole.table, from, from + 50))).toStrictEqual(tableToRows(alone.table));
    }
  });
});

test("everything else has its turn while a training set is computed, and an abort at any moment stops it", async () => {
  await withRides(async (_, build) => {
    const { wholeMs, longestMs } = await turnsOf(build);
    expect(longestMs).toBeLessThan(wholeMs / 5);
    for (const part of [0.05, 0.15, 0.3, 0.4, 0.5]) {
      const stop = new AbortController();
      let abortedAt = 0;
      const reason = new Error(`stopped at ${part}`);
      setTimeout(() => {
        abortedAt = performance.now();
        stop.abort(reason);
      }, part * wholeMs);
      await expect(build(stop.signal)).rejects.toThrow(reason);
      expect(performance.now() - abortedAt).toBeLessThan(wholeMs / 5);
    }
  });
});
