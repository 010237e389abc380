import { fileURLToPath } from "node:url";
import { z } from "zod";
import { memoryOffline } from "../../src/backends/arrow/memory-offline-store.ts";
import { sqlSource } from "../../src/backends/duckdb/duckdb-source.ts";
import type { ViewDefinition } from "../../src/contracts/feature-definition.ts";
import type { OfflineStore } from "../../src/contracts/offline-store.ts";
import { Turns } from "../../src/core/turns.ts";
import { dataset } from "../../src/data/dataset.ts";
import { count, max, mean, sum } from "../../src/features/definitions/aggregates.ts";
import { t } from "../../src/features/definitions/column-tags.ts";
import { entity } from "../../src/features/definitions/entity.ts";
import { featureView } from "../../src/features/definitions/feature-view.ts";
import { makeKernel } from "../../src/features/kernel/kernel.ts";
import { computeOffline } from "../../src/features/store/compute-offline.ts";
import type { FeatureColumn, InputFrame } from "../../src/features/store/frame.ts";
import { planWindowed } from "../../src/features/store/service-plan.ts";
import type { WindowedPlan } from "../../src/features/store/windowed-plan.ts";
import { concatTables } from "../../src/table/concat-tables.ts";
import { columnOf, makeTable, type Table } from "../../src/table/table.ts";
import { takeRows } from "../../src/table/take-rows.ts";
import { bestMs, onceMs } from "../measure.ts";
import { report } from "../report.ts";

// Windows over real flights: what an airport's departures of the last hour, day and week were like, known as of each of a million departures.

const bench = "features";
const file = fileURLToPath(new URL("../../node_modules/vega-datasets/data/flights-3m.parquet", import.meta.url));
const hourMs = 3_600_000;
const kernel = makeKernel();

/** A flight's delay is known when it has landed: at 450 miles an hour, half an hour for taxiing. */
const flightsSql = `
  select date, date + to_milliseconds(cast(round((30 + distance / 7.5 + greatest(delay, 0)) * 60000) as bigint)) as landed,
         cast(delay as double) as delay, origin
  from read_parquet('${file.replaceAll("'", "''")}')`;

const columns = {
  date: { tag: "instant", nullable: false },
  landed: { tag: "instant", nullable: false },
  delay: { tag: "f64", nullable: false },
  origin: { tag: "utf8", nullable: false },
} as const;

const flights = dataset("flights", {
  schema: z.object({ date: z.date(), landed: z.date(), delay: z.number(), origin: z.string() }),
  eventTime: "date",
  knownTime: "landed",
});
const origin = entity("origin", { origin: t.utf8 });

/** The windows, hours, and how finely each starts. */
const lengths = [
  { hours: 1, hopMs: hourMs / 12 },
  { hours: 24, hopMs: hourMs },
  { hours: 168, hopMs: hourMs },
] as const;

function planOf(names: readonly string[], view: ViewDefinition): WindowedPlan {
  if (view.body.kind !== "windowed") throw new Error("a windowed view expected");
  const plan = planWindowed(view, view.body);
  if (plan.spec.features.map(({ name }) => name).join() !== names.join()) throw new Error("features in another order");
  return plan;
}

function departures(): WindowedPlan {
  const windows = Object.fromEntries(
    lengths.flatMap(({ hours }) => [
      [`n_${hours}`, count().over(`${hours}h`)],
      [`sum_${hours}`, sum("delay").over(`${hours}h`)],
      [`mean_${hours}`, mean("delay").over(`${hours}h`)],
      [`max_${hours}`, max("delay").over(`${hours}h`)],
    ]),
  );
  const view = featureView("departures", { source: flights, entities: [origin], windows });
  return planOf(Object.keys(windows), view);
}

async function read(): Promise<Table> {
  const parts: Table[] = [];
  for await (const { table } of sqlSource(flightsSql).batches(columns)) parts.push(table);
  return concatTables(parts);
}

/** Every third flight asks about its airport when it leaves. */
function questions(table: Table): InputFrame {
  const inputs = takeRows(
    table,
    Uint32Array.from({ length: Math.floor(table.rowCount / 3) }, (_, i) => i * 3),
  );
  return {
    inputs: makeTable({ origin: columnOf(inputs, "origin", "utf8") }),
    atMs: columnOf(inputs, "date", "instant").values,
  };
}

/** Throws unless the features of some rows are what a look at every flight says. */
function check(table: Table, frame: InputFrame, features: readonly FeatureColumn[]): void {
  const airports = columnOf(table, "origin", "utf8");
  const asked = columnOf(frame.inputs, "origin", "utf8");
  const [date, landed] = (["date", "landed"] as const).map((name) => columnOf(table, name, "instant").values);
  const delays = columnOf(table, "delay", "f64").values;
  for (let row = 12_345; row < frame.atMs.length; row += 76_543) {
    const at = frame.atMs[row] ?? 0;
    const airport = asked.dictionary[asked.values[row] ?? 0];
    const expected = lengths.flatMap(({ hours, hopMs }) => {
      const start = Math.floor((at - hours * hourMs) / hopMs) * hopMs;
      const held = delays.filter((_, i) => {
        const ms = date?.[i] ?? 0;
        return (
          ms >= start && ms < at && (landed?.[i] ?? 0) <= at && airports.dictionary[airports.values[i] ?? 0] === airport
        );
      });
      const total = held.reduce((all, delay) => all + delay, 0);
      return [held.length, total, total / held.length, held.reduce((most, delay) => Math.max(most, delay), -1e9)];
    });
    const found = features.map(({ cells }) => (cells.kind === "number" ? cells.values[row] : undefined));
    const wrong = expected.some((value, i) => (expected[i - (i % 4)] ?? 0) > 0 && value !== found[i]);
    if (wrong) throw new Error(`row ${row}: ${found.join()}, but a look at every flight says ${expected.join()}`);
  }
}

async function compute(plan: WindowedPlan, frame: InputFrame, store: OfflineStore): Promise<readonly FeatureColumn[]> {
  return await computeOffline(plan, frame, { offline: store, source: "flights", kernel, turns: new Turns(undefined) });
}

/** Measures windows over three million real flights; reading them is a line of its own. */
export async function benchFlightWindows(): Promise<void> {
  let table = makeTable({});
  const readMs = await onceMs(async () => {
    table = await read();
  });
  const title = "windows: 3M flights";
  report({ bench, case: `${title}, read from Parquet by DuckDB`, value: readMs, unit: "ms" });
  const plan = departures();
  const frame = questions(table);
  const store = memoryOffline();
  await store.append("flights", table);
  let features: readonly FeatureColumn[] = [];
  const run = async (): Promise<void> => {
    features = await compute(plan, frame, store);
  };
  const firstMs = await onceMs(run);
  check(table, frame, features);
  const name = `${title}, 3 windows × (count, sum, mean, max), ${frame.atMs.length} rows`;
  report({ bench, case: `${name}, the first time`, value: firstMs, unit: "ms" });
  report({ bench, case: name, value: await bestMs(run, 3), unit: "ms", atMost: 2500 });
}
