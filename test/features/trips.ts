import { z } from "zod";
import type { FeatureInputRow } from "../../src/contracts/feature-reader.ts";
import type { Random } from "../../src/core/random.ts";
import { dataset } from "../../src/data/dataset.ts";
import {
  count,
  entity,
  featureService,
  featureView,
  max,
  mean,
  min,
  onDemand,
  request,
  sum,
  t,
} from "../../src/features/index.ts";
import { makeTable, type Table } from "../../src/table/table.ts";
import { sliceRows } from "../../src/table/take-rows.ts";
import { tableFromRows } from "../../src/table/table-from-rows.ts";
import type { Workbench } from "./feature-workbench.ts";

// A history of trips with what is defined on it: the fixture of the tests of the feature store.

export const hour = 3_600_000;
export const start = Date.UTC(2024, 0, 1);

export const trips = dataset("trips", {
  schema: z.object({
    id: z.number().int(),
    date: z.date(),
    landed: z.date(),
    from: z.string(),
    to: z.string(),
    delay: z.number().nullable(),
    price: z.number(),
    rainy: z.boolean(),
  }),
  eventTime: "date",
  knownTime: "landed",
  id: "id",
});
export const origin = entity("origin", { from: t.utf8 });
const destination = entity("destination", { to: t.utf8 });
export const departures = featureView("departures", {
  source: trips,
  entities: [origin],
  ttl: "3h",
  windows: {
    delay_1h: mean("delay").over("1h"),
    delay_2d: mean("delay").over("2d"),
    cost_2d: sum("price").over("2d"),
    n_1h: count().over("1h"),
  },
  latest: { last_price: "price", rain: "rainy", last_delay: "delay" },
});
export const route = featureView("route", {
  source: trips,
  entities: [origin, destination],
  knownDelay: "30m",
  windows: { lo: min("delay").over("24h"), hi: max("price").over("24h"), n: count().over("24h") },
});
const derived = onDemand("derived", {
  inputs: [departures, route, request({ distance: t.float64, when: t.instant })],
  features: ({ departures: d, route: r, distance, when }) => ({
    hour: when.hour(),
    day: when.weekday(),
    pressure: d.delay_1h.mul(d.n_1h).div(distance.add(1)),
    filled: d.delay_1h.orElse(-1).add(r.lo.orElse(0)),
    far: distance.log1p(),
    wet: d.rain.and(distance.gt(500)),
    unknown: r.lo.isNull(),
  }),
});
export const service = featureService("trips-v1", [departures, route, derived]);

const places = ["ATL", "ORD", "é1", "11", "1"];

export function history(random: Random, rows: number): Table {
  let time = start;
  const records = Array.from({ length: rows }, (_, id) => {
    time += random.int(20) * 60_000;
    return {
      id,
      date: time,
      landed: time + random.int(180) * 60_000,
      from: places[random.int(places.length)] ?? "",
      to: places[random.int(places.length)] ?? "",
      delay: random.int(5) === 0 ? null : random.int(100) - 20,
      price: random.int(100_000) / 100,
      rainy: random.int(2) === 0,
    };
  });
  return tableFromRows(records, trips.columns);
}

export interface Requests {
  readonly inputs: FeatureInputRow[];
  readonly atMs: Float64Array;
}

export function requests(random: Random, table: Table, rows: number, fromMs: number): Requests {
  const times = table.columns["date"]?.values ?? [];
  const last = Number(times[times.length - 1]);
  const atMs = Float64Array.from(
    { length: rows },
    () => fromMs + random.int(Math.ceil((last - fromMs) / 60_000) + 100) * 60_000,
  );
  const inputs = Array.from(atMs, (when) => ({
    from: random.int(20) === 0 ? "XXX" : (places[random.int(places.length)] ?? ""),
    to: places[random.int(places.length)] ?? "",
    distance: random.int(3000),
    when,
  }));
  return { inputs, atMs };
}

export function spineOf({ inputs, atMs }: Requests): Table {
  const types = { from: t.utf8, to: t.utf8, distance: t.float64, when: t.instant };
  const table = tableFromRows([...inputs], types);
  return makeTable({ ...table.columns, at: { tag: "instant", values: atMs }, label: { tag: "f64", values: atMs } });
}

/** Commits the history, loads the first part of it into the online store and streams the rest. */
export async function fill({ datasets, store }: Workbench, table: Table, split: number): Promise<void> {
  await datasets.commit(trips, [sliceRows(table, 0, split)]);
  await store.materialize(service, { to: Number(table.columns["date"]?.values[split - 1]) });
  for (let from = split; from < table.rowCount; from += 50) {
    await store.push(trips, sliceRows(table, from, Math.min(from + 50, table.rowCount)));
  }
  await datasets.commit(trips, [sliceRows(table, split, table.rowCount)]);
}
