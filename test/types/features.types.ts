// Checked by tsc, never run: what the types of features promise and what they refuse.
import { z } from "zod";
import type { FeatureCell } from "../../src/contracts/feature-service.ts";
import type { ColumnType } from "../../src/core/cell-type.ts";
import { dataset } from "../../src/data/dataset.ts";
import {
  alias,
  count,
  entity,
  type FeatureStore,
  featureService,
  featureView,
  lastK,
  max,
  mean,
  mostFrequent,
  nullable,
  onDemand,
  request,
  t,
} from "../../src/features/index.ts";

const flights = dataset("flights", {
  schema: z.object({
    date: z.date(),
    origin: z.string(),
    delay: z.number().nullable(),
    distance: z.number(),
    rain: z.boolean(),
    tail: z.string(),
    crew: z.bigint().nullable(),
  }),
  eventTime: "date",
});
const airport = entity("airport", { origin: t.utf8 });
const load = featureView("airport_load", {
  source: flights,
  entities: [airport],
  ttl: "7d",
  windows: {
    delay_1h: mean("delay").over("1h"),
    flights_24h: count().over("24h"),
    flights_day: count().tumbling("1d", { offset: "6h" }),
    delay_rush: mean("delay").session({ gap: "20m" }),
    last_delays: lastK("delay", 3).over("1h"),
    top_origins: mostFrequent("origin", 2).session({ gap: "20m" }),
  },
  latest: { rain: "rain", last_delay: "delay", tail: "tail", crew: "crew" },
});
const risk = onDemand("risk", {
  inputs: [load, request({ distance: t.float64, note: nullable(t.utf8), when: t.instant })],
  features: ({ airport_load: f, distance, note, when }) => ({
    pressure: f.delay_1h.mul(f.flights_24h).div(distance.add(1)),
    safe: f.delay_1h.orElse(0),
    noted: note.eq("late"),
    wet: f.rain.and(distance.gt(10)),
    hour: when.hour(),
    known_tail: f.tail.startsWith("N"),
  }),
});
const service = featureService("delay-v1", [load, risk]);

export async function typesInUse(store: FeatureStore): Promise<void> {
  const { features } = await store.online(service, { origin: "ATL", distance: 2176, note: null, when: 0 });
  const pressure: FeatureCell<ColumnType<"f64", true>> = features["risk.pressure"];
  if (pressure.status === "present") pressure.value satisfies number;
  const canBeNull: "null" extends (typeof pressure)["status"] ? true : false = true;
  const safe: "present" | "missing" | "expired" = features["risk.safe"].status;
  const rain = features["airport_load.rain"];
  if (rain.status === "present") rain.value satisfies boolean;
  const tail = features["airport_load.tail"];
  if (tail.status === "present") tail.value satisfies string;
  const neverNull: "null" extends (typeof tail)["status"] ? false : true = true;
  const crew = features["airport_load.crew"];
  if (crew.status === "present") crew.value satisfies bigint;
  void [neverNull, crew.status === "null"];
  const flightCount: "present" | "missing" | "expired" = features["airport_load.flights_24h"].status;
  const delays = features["airport_load.last_delays"];
  if (delays.status === "present") delays.value satisfies readonly number[];
  const origins: FeatureCell<ColumnType<"utf8[]", true>> = features["airport_load.top_origins"];
  if (origins.status === "present") origins.value satisfies readonly string[];
  const dayCount: "present" | "missing" | "expired" = features["airport_load.flights_day"].status;
  const rush: FeatureCell<ColumnType<"f64", true>> = features["airport_load.delay_rush"];
  void [canBeNull, safe, flightCount, dayCount, rush];
  const many = await store.onlineMany(service, [{ origin: "ATL", distance: 2176, note: null, when: 0 }]);
  many.columns["risk.pressure"].values satisfies Float64Array;
  many.columns["airport_load.rain"].values satisfies Float64Array;
  many.row(0) satisfies typeof features;
  many.toRows() satisfies readonly (typeof features)[];
  // @ts-expect-error: no such feature
  void many.columns["risk.nothing"];
  // @ts-expect-error: a request field is missing
  await store.onlineMany(service, [{ origin: "ATL", note: null, when: 0 }]);

  // @ts-expect-error a request field is missing
  await store.online(service, { origin: "ATL", note: null, when: 0 });
  // @ts-expect-error a field of the wrong type
  await store.online(service, { origin: "ATL", distance: "far", note: null, when: 0 });
  // @ts-expect-error null where the field is not nullable
  await store.online(service, { origin: "ATL", distance: null, note: null, when: 0 });
  // @ts-expect-error an unknown feature
  void features["risk.presure"];
  // @ts-expect-error an unknown view
  void features["rsk.pressure"];
  // @ts-expect-error a null is possible here
  const never: "present" | "missing" | "expired" = features["airport_load.delay_1h"].status;
  void never;
}

const there = alias("there", load, { origin: "destination" });
const everywhere = featureView("everywhere", { source: flights, entities: [], windows: { n: count().over("1h") } });
const byGate = featureView("by_gate", {
  source: flights,
  entities: [entity("gate", { gate: t.utf8 })],
  keyColumns: { gate: "origin" },
  windows: { n: count().over("1h") },
});
const both = featureService("both", [
  load,
  there,
  everywhere,
  byGate,
  onDemand("gap", {
    inputs: [there, everywhere],
    features: ({ there: b, everywhere: e }) => ({ d: b.delay_1h.sub(e.n) }),
  }),
]);

export async function renamedKeys(store: FeatureStore): Promise<void> {
  const { features } = await store.online(both, { origin: "ATL", destination: "ORD", gate: "A1" });
  const delay: FeatureCell<ColumnType<"f64", true>> = features["there.delay_1h"];
  const n: FeatureCell<ColumnType<"f64", false>> = features["everywhere.n"];
  const gap: FeatureCell<ColumnType<"f64", true>> = features["gap.d"];
  void [delay, n, gap];
  await store.online(featureService("everywhere", [everywhere]), {});
  // @ts-expect-error the alias is read by a key of its own
  await store.online(both, { origin: "ATL", gate: "A1" });
  // @ts-expect-error the mapped key is a text, as its column is
  await store.online(both, { origin: "ATL", destination: "ORD", gate: 1 });
}

const source = flights;
const entities = [airport] as const;
const windows = { n: count().over("1h") };
const wrongType = entity("e", { origin: t.float64 });
const noColumn = entity("e", { orig: t.utf8 });

export const refused: readonly unknown[] = [
  // @ts-expect-error mean of a text column
  featureView("x", { source, entities, windows: { a: mean("origin").over("1h") } }),
  // @ts-expect-error an unknown column
  featureView("x", { source, entities, windows: { a: max("dealy").over("1h") } }),
  // @ts-expect-error a session's mean of a text column
  featureView("x", { source, entities, windows: { a: mean("origin").session({ gap: "1h" }) } }),
  // @ts-expect-error a list of instants
  featureView("x", { source, entities, windows: { a: lastK("date", 2).over("1h") } }),
  // @ts-expect-error a list of an unknown column
  featureView("x", { source, entities, windows: { a: mostFrequent("dealy", 2).over("1h") } }),
  // @ts-expect-error a session without a gap
  count().session({ max: "1h" }),
  // @ts-expect-error latest of an unknown column
  featureView("x", { source, entities, latest: { a: "dealy" } }),
  // @ts-expect-error an entity key of the wrong type
  featureView("x", { source, entities: [wrongType], windows }),
  // @ts-expect-error an alias by a key that the view does not have
  alias("x", load, { orign: "destination" }),
  // @ts-expect-error a key and one that the view does not have
  alias("x", load, { origin: "destination", gate: "g" }),
  // @ts-expect-error a key mapped to a column of another type
  featureView("x", { source, entities, keyColumns: { origin: "delay" }, windows }),
  // @ts-expect-error a key mapped to no column
  featureView("x", { source, entities, keyColumns: { origin: "orign" }, windows }),
  // @ts-expect-error an entity key that is no column
  featureView("x", { source, entities: [noColumn], windows }),
  // @ts-expect-error an unknown view
  onDemand("r", { inputs: [load], features: ({ nope }) => ({ a: nope }) }),
  // @ts-expect-error an unknown feature of a view
  onDemand("r", { inputs: [load], features: ({ airport_load: f }) => ({ a: f.delay_2h }) }),
  // @ts-expect-error a text has no arithmetic
  onDemand("r", { inputs: [request({ note: t.utf8 })], features: ({ note }) => ({ a: note.add(1) }) }),
];
