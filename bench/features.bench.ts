import { memoryOffline } from "../src/backends/arrow/memory-offline-store.ts";
import { memoryOnline } from "../src/backends/memory/memory-online-store.ts";
import type { ViewDefinition } from "../src/contracts/feature-definition.ts";
import { seededRandom } from "../src/core/random.ts";
import { Turns } from "../src/core/turns.ts";
import { dataset } from "../src/data/dataset.ts";
import { count, mean } from "../src/features/definitions/aggregates.ts";
import { t } from "../src/features/definitions/column-tags.ts";
import { entity } from "../src/features/definitions/entity.ts";
import { featureView } from "../src/features/definitions/feature-view.ts";
import { makeKernel } from "../src/features/kernel/kernel.ts";
import { computeOffline } from "../src/features/store/compute-offline.ts";
import { entityKeys } from "../src/features/store/entity-keys.ts";
import { keysOf } from "../src/features/store/frame.ts";
import { featuresOfEvents } from "../src/features/store/read-online.ts";
import { planWindowed } from "../src/features/store/service-plan.ts";
import type { WindowedPlan } from "../src/features/store/windowed-plan.ts";
import { eventRows, rowIds } from "../src/features/store/source-events.ts";
import { makeTable, type Table } from "../src/table/table.ts";
import { sliceRows } from "../src/table/take-rows.ts";
import { z } from "zod";
import { benchFlightWindows } from "./features/flight-windows.ts";
import { benchKernel } from "./features/kernel.ts";
import { benchPointInTime } from "./features/point-in-time.ts";
import { benchVectorSearch } from "./features/vector-search.ts";
import { bestMs, keep, onceMs } from "./measure.ts";
import { report } from "./report.ts";

// Point-in-time windows: half a million training rows over three million events, and online reads of the same features.

const bench = "features";
const events = 3_000_000;
const rows = 500_000;
const kernel = makeKernel();
const random = seededRandom(bench);
const airports = Array.from({ length: 230 }, (_, i) => `A${i}`);
const minute = 60_000;
const spanMinutes = 181 * 24 * 60;

const flights = dataset("flights", {
  schema: z.object({
    id: z.number(),
    date: z.date(),
    landed: z.date(),
    origin: z.string(),
    destination: z.string(),
    delay: z.number(),
  }),
  eventTime: "date",
  knownTime: "landed",
  id: "id",
});
const origin = entity("origin", { origin: t.utf8 });
const destination = entity("destination", { destination: t.utf8 });
const windows = {
  m_1h: mean("delay").over("1h"),
  m_24h: mean("delay").over("24h"),
  m_7d: mean("delay").over("7d"),
  n_1h: count().over("1h"),
  n_24h: count().over("24h"),
  n_7d: count().over("7d"),
};
const views = [
  featureView("departures", { source: flights, entities: [origin], windows }),
  featureView("arrivals", { source: flights, entities: [destination], knownDelay: "6h", windows }),
  featureView("route", { source: flights, entities: [origin, destination], windows }),
];

/** Airports are drawn unevenly, as in life: the busiest has about 5% of the flights. */
function airportCodes(): Int32Array {
  return Int32Array.from({ length: events }, () => Math.floor(random.next() ** 1.8 * airports.length));
}

function history(): Table {
  const date = new Float64Array(events);
  const landed = new Float64Array(events);
  const delay = new Float64Array(events);
  for (let i = 0; i < events; i++) {
    date[i] = Date.UTC(2001, 0, 1) + Math.floor((i / events) * spanMinutes) * minute;
    delay[i] = random.int(100) - 20;
    landed[i] = (date[i] ?? 0) + (30 + random.int(240)) * minute;
  }
  return makeTable({
    id: { tag: "f64", values: Float64Array.from({ length: events }, (_, i) => i) },
    date: { tag: "instant", values: date },
    landed: { tag: "instant", values: landed },
    delay: { tag: "f64", values: delay },
    origin: { tag: "utf8", values: airportCodes(), dictionary: airports },
    destination: { tag: "utf8", values: airportCodes(), dictionary: airports },
  });
}

function plansOf(definitions: readonly ViewDefinition[]): WindowedPlan[] {
  return definitions.flatMap((view) => (view.body.kind === "windowed" ? [planWindowed(view, view.body)] : []));
}

/** The rows from `from` on as questions at their own departure. */
function frameOf(table: Table, from: number, length: number): { readonly inputs: Table; readonly atMs: Float64Array } {
  const inputs = sliceRows(table, from, from + length);
  return { inputs, atMs: Float64Array.from(inputs.columns["date"]?.values ?? [], Number) };
}

await benchVectorSearch();
await benchPointInTime();
await benchFlightWindows();

const table = history();
const plans = plansOf(views);
const offline = memoryOffline();
await offline.append("flights", table);
const spine = frameOf(table, events - rows, rows);
const compute = async (): Promise<void> => {
  for (const plan of plans)
    keep(
      (await computeOffline(plan, spine, { offline, source: "flights", kernel, turns: new Turns(undefined) })).length,
    );
};
await compute();
report({
  bench,
  case: "training: 3 views × 3 windows × (mean, count), 3M events × 500k rows",
  value: await bestMs(compute, 3),
  unit: "ms",
  atMost: 4000,
});

const least = (a: number, b: number): number => Math.min(a, b);
const online = memoryOnline();
const served = 20_000;
const firstServed = events - served;
const tail = Math.floor((8 / 181) * events);
const loadMs = await onceMs(async () => {
  const part = sliceRows(table, firstServed - tail, firstServed);
  for (const plan of plans)
    await online.appendEvents(plan.view.hash, eventRows(plan, part, rowIds(part, "id", "flights")).batch);
});
report({
  bench,
  case: "online: events loaded",
  value: (tail * plans.length * 1000) / loadMs,
  unit: "events/s",
  atLeast: 200_000,
});
for (const batch of [1, 100]) {
  const asked = batch === 1 ? 4000 : served;
  const ms = await onceMs(async () => {
    for (let from = 0; from < asked; from += batch) {
      const frame = frameOf(table, firstServed + from, batch);
      for (const plan of plans) {
        const { keys, keyIndex } = entityKeys(keysOf(plan, frame), plan.keys);
        const read = await online.readEvents(plan.view.hash, keys, frame.atMs.reduce(least) - plan.reachMs);
        keep(featuresOfEvents(plan, frame, keyIndex, read, kernel).length);
      }
    }
  });
  report({
    bench,
    case: `online: 18 features a request, batches of ${batch}`,
    value: (ms * 1000) / asked,
    unit: "µs",
    atMost: batch === 1 ? 200 : 100,
  });
}

await benchKernel();
