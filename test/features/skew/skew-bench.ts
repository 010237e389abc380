import { uuidV7Ids } from "../../../src/core/ids.ts";
import { z } from "zod";
import type { FeatureReader } from "../../../src/contracts/feature-reader.ts";
import type { ManualClock } from "../../../src/core/clock.ts";
import type { Random } from "../../../src/core/random.ts";
import { dataset } from "../../../src/data/dataset.ts";
import {
  count,
  entity,
  FeatureStore,
  featureService,
  featureView,
  type Kernel,
  LoggedFeatureReader,
  mean,
  onDemand,
  pure,
  request,
  SqlFeatureLog,
  sum,
  t,
} from "../../../src/features/index.ts";
import { tableFromRows } from "../../../src/table/table-from-rows.ts";
import type { Table } from "../../../src/table/table.ts";
import { withWorkbench } from "../feature-workbench.ts";

// A world in which skew can be planted: calls of stations, pushed online and committed to history as a test says.

export const minute = 60_000;
export const hour = 60 * minute;
export const start = Date.UTC(2024, 2, 1);

export const calls = dataset("calls", {
  schema: z.object({
    id: z.number().int(),
    time: z.date(),
    known: z.date(),
    station: z.string(),
    minutes: z.number().nullable(),
  }),
  eventTime: "time",
  knownTime: "known",
  id: "id",
});

export interface Call {
  readonly id: number;
  readonly time: number;
  readonly known: number;
  readonly station: string;
  readonly minutes: number | null;
}

/** What a function that is declared pure closes over, and must not. */
export const closure: { factor: number } = { factor: 2 };

export const load = featureView("load", {
  source: calls,
  entities: [entity("station", { station: t.utf8 })],
  ttl: "2h",
  windows: { n_1h: count().over("1h"), mean_1h: mean("minutes").over("1h"), sum_24h: sum("minutes").over("24h") },
  latest: { last: "minutes" },
});
export const ready = onDemand("ready", {
  inputs: [load, request({ km: t.float64 })],
  features: ({ load: { mean_1h, n_1h }, km }) => ({
    pressure: mean_1h.orElse(0).mul(n_1h).div(km.add(1)),
    scaled: pure((x) => x * closure.factor, { version: "1", inputs: [km], type: t.float64 }),
  }),
});
export const service = featureService("calls-v1", [load, ready]);

export const tableOf = (rows: readonly Call[]): Table =>
  tableFromRows(
    rows.map((row) => ({ ...row })),
    calls.columns,
  );

export function someCalls(random: Random, rows: number, stations: readonly string[] = ["A", "B", "C"]): Call[] {
  let time = start;
  return Array.from({ length: rows }, (_, id) => {
    time += random.int(12) * minute;
    return {
      id,
      time,
      known: time + random.int(20) * minute,
      station: stations[random.int(stations.length)] ?? "A",
      minutes: random.int(8) === 0 ? null : random.int(1000) / 8,
    };
  });
}

export interface SkewBench {
  readonly clock: ManualClock;
  readonly store: FeatureStore;
  /** Reads online, and logs all of it. */
  readonly reader: FeatureReader & { flush(): Promise<void> };
  /** A store on the same engines with another kernel. */
  readonly withKernel: (kernel: Kernel) => FeatureStore;
  readonly push: (rows: readonly Call[]) => Promise<void>;
  /** Commits at the clock's time. */
  readonly commit: (rows: readonly Call[]) => Promise<void>;
  /** Asks for a station at an instant, which is then the clock's. */
  readonly ask: (station: string, atMs: number, km?: number) => Promise<void>;
}

export async function withSkewBench(work: (bench: SkewBench) => Promise<void>): Promise<void> {
  await withWorkbench(async ({ options, datasets }) => {
    const clock = options.clock as ManualClock;
    clock.set(start);
    const log = new SqlFeatureLog(options.metadata);
    const store = new FeatureStore({ ...options, retention: "30d", served: [log] });
    await store.register(service);
    const reader = new LoggedFeatureReader({
      features: store,
      log,
      clock,
      ids: uuidV7Ids(clock),
      rate: 1,
      retention: "365d",
    });
    await work({
      clock,
      store,
      reader,
      withKernel: (kernel) => new FeatureStore({ ...options, retention: "30d", served: [log], kernel }),
      push: async (rows) => void (await store.push(calls, tableOf(rows))),
      commit: async (rows) => void (await datasets.commit(calls, [tableOf(rows)])),
      ask: async (station, atMs, km = 9) => {
        clock.set(Math.max(atMs, clock.nowMs()));
        await reader.vectors(service, [{ station, km }], { atMs: Float64Array.of(atMs) });
      },
    });
    await reader.close();
  });
}
