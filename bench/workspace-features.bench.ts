import { memoryOnline } from "../src/backends/memory/memory-online-store.ts";
import { seededRandom } from "../src/core/random.ts";
import {
  count,
  dataset,
  entity,
  featureService,
  featureView,
  mean,
  onDemand,
  openWorkspace,
  request,
  t,
  tableSource,
} from "../src/index.ts";
import { makeTable, type Table } from "../src/table/table.ts";
import { z } from "zod";
import type { Workspace } from "../src/workspace.ts";
import { keep, medianMs, onceMs, quantileOf, withFolder } from "./measure.ts";
import { report } from "./report.ts";

// Features through a workspace, a million events: a training set of half a million rows with three windows, materialization, and online reads, by
// SQLite and in memory.

const bench = "workspace-features";
const [events, spineRows, airports] = [1_000_000, 500_000, 300];
const startMs = Date.UTC(2001, 0, 1);
const random = seededRandom("bench");

const flights = dataset("flights", {
  schema: z.object({ flight: z.number(), date: z.date(), landed: z.date(), origin: z.string(), delay: z.number() }),
  eventTime: "date",
  knownTime: "landed",
  id: "flight",
});
const load = featureView("load", {
  source: flights,
  entities: [entity("airport", { origin: t.utf8 })],
  windows: { delay_1h: mean("delay").over("1h"), delay_24h: mean("delay").over("24h"), flights_7d: count().over("7d") },
});
const risk = onDemand("risk", {
  inputs: [load, request({ distance: t.float64 })],
  features: ({ load: f, distance }) => ({ pressure: f.delay_1h.orElse(0).mul(f.flights_7d).div(distance.add(1)) }),
});
const service = featureService("delay-v1", [load, risk]);

const names = Array.from({ length: airports }, (_, i) => `A${i}`);
const date = Float64Array.from({ length: events }, (_, i) => startMs + i * 5000);
const at = Float64Array.from({ length: spineRows }, () => startMs + random.int(events) * 5000);
const history: Table = makeTable({
  flight: { tag: "f64", values: Float64Array.from({ length: events }, (_, i) => i) },
  date: { tag: "instant", values: date },
  landed: { tag: "instant", values: date.map((ms) => ms + 3_600_000 + random.int(3_600_000)) },
  origin: { tag: "utf8", values: Int32Array.from({ length: events }, () => random.int(airports)), dictionary: names },
  delay: { tag: "f64", values: Float64Array.from({ length: events }, () => Math.round(random.normal() * 30)) },
});
const spine: Table = makeTable({
  at: { tag: "instant", values: at },
  origin: {
    tag: "utf8",
    values: Int32Array.from({ length: spineRows }, () => random.int(airports)),
    dictionary: names,
  },
  distance: { tag: "f64", values: Float64Array.from({ length: spineRows }, () => 100 + random.int(2000)) },
});

/** A plain pass over the same arrays: what only looking at the data costs. */
function scan(): void {
  let sum = 0;
  for (const table of [history, spine])
    for (const { values } of Object.values(table.columns))
      for (let i = 0; i < values.length; i++) sum += Number(values[i]);
  keep(sum);
}

async function offline(ws: Workspace): Promise<void> {
  const result = await ws.data.ingest(flights, tableSource(history));
  if (result.outcome !== "committed") throw new Error(result.summary);
  const build = async (): Promise<void> => keep((await ws.features.training(service, { spine, at: "at" })).rows);
  const baseline = await medianMs(scan);
  report({
    bench,
    case: "training set, 1M events x 500k rows x 3 windows, cold",
    value: await onceMs(build),
    unit: "ms",
    baseline,
  });
  report({
    bench,
    case: "training set, 1M events x 500k rows x 3 windows, warm",
    value: await medianMs(build, 3),
    unit: "ms",
    baseline,
  });
}

async function online(ws: Workspace, engine: string): Promise<void> {
  const to = startMs + events * 5000;
  const ms = await onceMs(() => ws.features.materialize(service, { to }));
  report({ bench, case: `materialize the last 7 days of 1M events, ${engine}`, value: ms, unit: "ms" });
  const input = (i: number): { origin: string; distance: number } => ({
    origin: names[i % airports] ?? "",
    distance: 500,
  });
  for (let i = 0; i < 200; i++) await ws.features.online(service, input(i), { atMs: to });
  const times: number[] = [];
  for (let i = 0; i < 1000; i++) times.push(await onceMs(() => ws.features.online(service, input(i), { atMs: to })));
  report({
    bench,
    case: `online read of one entity, p50, ${engine}`,
    value: quantileOf(times, 0.5) * 1000,
    unit: "us",
  });
  report({
    bench,
    case: `online read of one entity, p95, ${engine}`,
    value: quantileOf(times, 0.95) * 1000,
    unit: "us",
  });
  const inputs = Array.from({ length: 1000 }, (_, i) => input(i));
  const atMs = new Float64Array(inputs.length).fill(to);
  const batch = await medianMs(() => ws.features.vectors(service, inputs, { atMs }));
  report({
    bench,
    case: `vectors of 1,000 requests, ${engine}`,
    value: (inputs.length * 1000) / batch,
    unit: "rows/s",
  });
}

for (const engine of ["memory", "SQLite"] as const) {
  await withFolder(async (folder) => {
    const ws = await openWorkspace({ path: folder, ...(engine === "memory" ? { online: memoryOnline() } : {}) });
    if (engine === "memory") await offline(ws);
    else await ws.data.ingest(flights, tableSource(history));
    await online(ws, engine);
    await ws.close();
  });
}
