import { expect, test } from "vitest";
import type { DatasetReader } from "../../../src/contracts/dataset-version.ts";
import type { ExpressionOf } from "../../../src/contracts/expression-of.ts";
import type { Inputs, NamedExpressions, ViewDefinition } from "../../../src/contracts/feature-definition.ts";
import type { ColumnType } from "../../../src/core/cell-type.ts";
import { isSluiceError } from "../../../src/core/errors.ts";
import {
  alias,
  count,
  entity,
  FeatureStore,
  featureService,
  featureView,
  mean,
  nullable,
  onDemand,
  quantile,
  request,
  t,
} from "../../../src/features/index.ts";
import { makeTable, type Table } from "../../../src/table/table.ts";
import { tableFromRows } from "../../../src/table/table-from-rows.ts";
import { withWorkbench } from "../feature-workbench.ts";
import { plainDataset } from "../plain-dataset.ts";
import { untouchable } from "./untouchable-stores.ts";

// What goes in wrong comes back as an error that names the definition, before anything is computed, read or written: the stores and
// the datasets here fail when they are touched.

const columns = {
  id: t.float64,
  time: t.instant,
  depot: t.utf8,
  crew: t.int64,
  load: t.float64,
  delay: nullable(t.float64),
  big: t.int64,
};
const trips = plainDataset("trips", columns, { id: "id" });
const depot = entity("depot", { depot: t.utf8 });
const base = { source: trips, entities: [depot], windows: { n: count().over("1h") } } as const;
const recent = featureView("recent", { ...base, latest: { delay: "delay" } });
const crews = featureView("crews", {
  source: trips,
  entities: [entity("crew", { crew: t.int64 })],
  windows: { total: mean("big").over("1h") },
});
const loads = featureView("loads", {
  source: trips,
  entities: [entity("load", { load: t.float64 })],
  windows: { n: count().over("1h") },
});
const ready = onDemand("ready", {
  inputs: [recent, request({ km: t.float64, left: t.instant, seats: t.int32, note: nullable(t.utf8) })],
  features: ({ recent: { n }, km }) => ({ rate: n.div(km) }),
});
const service = featureService("trips-v1", [recent, crews, loads, ready]);
const at = Date.UTC(2026, 0, 1);
const ask = { depot: "D0", crew: 1n, load: 1, km: 9, left: at, seats: 2, note: null };

/** Defines something; each must throw. */
const definitions: readonly (readonly [what: string, names: string, define: () => unknown])[] = [
  [
    "an unknown feature of a view",
    'on-demand view "derived"',
    () => derive(({ recent: r }) => ({ a: member(r, "dealy") })),
  ],
  [
    "an unknown feature, used",
    'on-demand view "derived"',
    () => derive(({ recent: r }) => ({ a: member(r, "dealy").add(1) })),
  ],
  ["an unknown input", 'on-demand view "derived"', () => derive((named) => ({ a: member(named, "recnet") }))],
  ["an unknown request field", 'on-demand view "derived"', () => derive((named) => ({ a: member(named, "miles") }))],
  ["an aggregate of an unknown column", 'view "v"', () => view({ windows: { a: mean("dealy").over("1h") } })],
  ["a look-up of an unknown column", 'view "v"', () => view({ latest: { a: "dealy" } })],
  ["an aggregate of a text", 'view "v"', () => view({ windows: { a: mean("depot").over("1h") } })],
  ["a key that the source lacks", 'view "v"', () => view({ entities: [entity("e", { gate: t.utf8 })] })],
  ["a key of another type", 'view "v"', () => view({ entities: [entity("e", { depot: t.int64 })] })],
  ["a key mapped to no column", 'view "v"', () => view({ keyColumns: { depot: "deopt" } })],
  ["no entities", 'view "v"', () => view({ entities: undefined })],
  ["no source", 'view "v"', () => view({ source: undefined })],
  ["a source without event time", 'view "v"', () => view({ source: { ...trips, eventTime: undefined } })],
  ["an event time that is no column", 'view "v"', () => view({ source: { ...trips, eventTime: "tiem" } })],
  ["an event time that is no instant", 'view "v"', () => view({ source: { ...trips, eventTime: "load" } })],
  ["a known time that is no instant", 'view "v"', () => view({ source: { ...trips, knownTime: "load" } })],
  ["no feature", 'view "v"', () => view({ windows: {} })],
  ["a feature name with a dot", 'view "v"', () => view({ windows: { "a.b": count().over("1h") } })],
  ["an empty name", "view", () => featureView("", base)],
  ["a name without letters", 'alias "1"', () => alias("1" as string, recent, {})],
  ["a ttl of 0", 'view "v"', () => view({ ttl: 0 })],
  ["a ttl that is NaN", 'view "v"', () => view({ ttl: Number.NaN })],
  ["an unreadable ttl", 'view "v"', () => view({ ttl: "1 hour" })],
  ["a negative delay", 'view "v"', () => view({ knownDelay: -1 })],
  ["a window of NaN", "count()", () => count().over(Number.NaN)],
  ["a quantile of NaN", 'quantile("delay")', () => quantile("delay", Number.NaN)],
  ["two features of one name", 'view "v"', () => view({ latest: { n: "delay" } })],
  ["one key twice", 'view "v"', () => view({ entities: [depot, depot] })],
  ["two views of one name", 'service "s"', () => featureService("s", [recent, view({ ttl: "1h" }, "recent")])],
  ["a view twice", 'service "s"', () => featureService("s", [recent, recent])],
  [
    "two inputs of one name",
    'view "derived"',
    () => onDemand("derived", { inputs: [recent, request({ recent: t.utf8 })], features: () => ({}) }),
  ],
  [
    "a field of two types",
    'view "derived"',
    () => onDemand("derived", { inputs: [request({ a: t.utf8 }), request({ a: t.bool })], features: () => ({}) }),
  ],
  ["a key and a field of two types", 'service "s"', () => featureService("s", [recent, rainy])],
  ["a nullable key", 'entity "e"', () => entity("e", { depot: nullable(t.utf8) })],
  [
    "a 64-bit integer as a computed feature",
    'view "derived"',
    () => onDemand("derived", { inputs: [request({ crew: t.int64 })], features: ({ crew }) => ({ a: crew }) }),
  ],
  ["NaN as a constant", 'view "derived"', () => derive(({ km }) => ({ a: km.add(Number.NaN) }))],
  ["an infinite constant", 'view "derived"', () => derive(({ km }) => ({ a: km.clamp(0, Number.POSITIVE_INFINITY) }))],
  ["an edge that is NaN", 'view "derived"', () => derive(({ km }) => ({ a: km.bucket([1, Number.NaN]) }))],
  ["a cycle", 'service "s"', () => featureService("s", [cycle()])],
];

const inputs = [recent, request({ km: t.float64 })] as const;
const rainy = onDemand("rainy", { inputs: [request({ depot: t.bool })], features: ({ depot: rain }) => ({ rain }) });

function derive(features: (named: Inputs<typeof inputs>) => NamedExpressions): unknown {
  return onDemand("derived", { inputs, features });
}

/** What a caller without types may ask for. */
function member(of: object, name: string): ExpressionOf<ColumnType<"f64", true>> {
  return Reflect.get(of, name);
}

function view(options: object, name = "v"): ViewDefinition {
  return featureView(name, { ...base, ...options } as never);
}

/** Views are made of views that are there already: only a definition that was put together by hand can take itself. */
function cycle(): ViewDefinition {
  const taken: ViewDefinition[] = [];
  const body = { ...ready.body, kind: "onDemand", expressions: {}, inputs: taken } as const;
  const first: ViewDefinition = { ...ready, name: "first", body };
  taken.push({ ...ready, name: "second", body: { ...body, inputs: [first] } });
  return first;
}

test.each(definitions)("%s is refused when it is defined, naming %s", (_, names, define) => {
  let thrown: unknown;
  try {
    define();
  } catch (error) {
    thrown = error;
  }
  expect(isSluiceError(thrown, "definition/invalid"), String(thrown)).toBe(true);
  expect(String(thrown)).toContain(names);
});

type Asked = (store: FeatureStore) => Promise<unknown>;

/** Reads with an input that is not the service's. */
const reads =
  (change: object): Asked =>
  async (store) =>
    await store.online(service, { ...ask, ...change } as never);
const spine = (change: { readonly [column: string]: Table["columns"][string] | undefined } = {}): Table => {
  const types = { ...service.input, at: t.instant };
  const table = { ...tableFromRows([{ ...ask, at }], types).columns, ...change };
  return makeTable(
    Object.fromEntries(Object.entries(table).flatMap(([name, column]) => (column ? [[name, column]] : []))),
  );
};
const trains =
  (change: Parameters<typeof spine>[0], column = "at"): Asked =>
  async (store) =>
    await store.training(service, { spine: spine(change), at: column });
const number = (...values: number[]) => ({ tag: "f64", values: Float64Array.from(values) }) as const;
const instant = (...values: number[]) => ({ tag: "instant", values: Float64Array.from(values) }) as const;
const row = { id: 1, time: at, depot: "D0", crew: 1n, load: 1, delay: 5, big: 5n };
const pushes =
  (change: object): Asked =>
  async (store) =>
    await store.push(trips, tableFromRows([{ ...row, ...change }], trips.columns));
const pushesColumns =
  (change: Parameters<typeof spine>[0]): Asked =>
  async (store) => {
    const table = { ...tableFromRows([row], trips.columns).columns, ...change };
    const kept = Object.entries(table).flatMap(([name, column]) => (column ? [[name, column] as const] : []));
    return await store.push(trips, makeTable(Object.fromEntries(kept)));
  };

const inService = 'feature service "trips-v1"';
const uses: readonly (readonly [what: string, names: string, use: Asked])[] = [
  ["a missing request field", inService, reads({ km: undefined })],
  ["a request field of another type", inService, reads({ km: "9" })],
  ["null where the field has none", inService, reads({ km: null })],
  ["a fractional integer", inService, reads({ seats: 1.5 })],
  ["an integer beyond 32 bits", inService, reads({ seats: 2 ** 31 })],
  ["a number for a 64-bit key", inService, reads({ crew: 1 })],
  ["a key beyond 64 bits", inService, reads({ crew: 2n ** 63n })],
  ["a Date for an instant", inService, reads({ left: new Date(at) })],
  ["an instant that is NaN", inService, reads({ left: Number.NaN })],
  ["a text with a lone surrogate", inService, reads({ note: "\ud800" })],
  ["a missing key", inService, reads({ depot: undefined })],
  ["a null key", inService, reads({ depot: null })],
  ["an empty key", inService, reads({ depot: "" })],
  ["a key that is NaN", inService, reads({ load: Number.NaN })],
  ["T that is NaN", inService, async (store) => await store.online(service, ask, { atMs: Number.NaN })],
  ["T out of the calendar", inService, async (store) => await store.online(service, ask, { atMs: 8.64e15 + 1 })],
  [
    "more instants than rows",
    inService,
    async (store) => await store.vectors(service, [ask], { atMs: new Float64Array(2) }),
  ],
  ["a spine without a request field", inService, trains({ km: undefined })],
  ["a spine's field of another type", inService, trains({ km: { tag: "bool", values: Uint8Array.of(1) } })],
  ["a spine's field without a value", inService, trains({ km: { ...number(1), states: Uint8Array.of(0) } })],
  ["a spine without a key", inService, trains({ depot: undefined })],
  ["a spine's key of another type", inService, trains({ crew: number(1) })],
  ["a spine without its instant", inService, trains({}, "when")],
  ["a spine's instant of another type", inService, trains({ at: number(at) })],
  ["a spine's instant that is NaN", inService, trains({ at: instant(Number.NaN) })],
  ["a spine's instant out of the calendar", inService, trains({ at: instant(8.64e15 + 1) })],
  ["a spine with a feature's name", inService, trains({ "recent.n": number(1) })],
  ["a pushed id that is no safe integer", '"trips"', pushes({ id: 2 ** 53 })],
  ["a pushed id that is NaN", '"trips"', pushes({ id: Number.NaN })],
  ["a pushed value beyond 2^53 to be aggregated", '"crews"', pushes({ big: 2n ** 53n + 1n })],
  ["pushed rows without a key", '"trips"', pushesColumns({ depot: undefined })],
  ["pushed rows without an event time", '"trips"', pushesColumns({ time: undefined })],
  ["pushed rows without an aggregated column", '"trips"', pushesColumns({ big: undefined })],
  ["a pushed column of another type", '"trips"', pushesColumns({ delay: { tag: "bool", values: Uint8Array.of(1) } })],
  ["a push to an on-demand view", '"ready"', async (store) => await store.push(ready, [])],
  [
    "a push to a dataset that no view is on",
    '"others"',
    async (store) => await store.push(plainDataset("others", columns, { id: "id" }), []),
  ],
  [
    "a push without ids",
    '"trips"',
    async (store) =>
      await store.push({ ...recent, body: { ...recent.body, source: { ...trips, id: undefined } } } as never, []),
  ],
  ["two services of one name in a plan", '"trips-v1"', async (store) => await store.plan([service, service])],
];

test.each(uses)("%s is refused before anything runs, naming %s", async (_, names, use) => {
  await withWorkbench(async ({ options }) => {
    const datasets = new Proxy({} as DatasetReader, {
      get: () => () => {
        throw new Error("a dataset was touched before the input was checked");
      },
    });
    const store = new FeatureStore({ ...options, ...untouchable, datasets });
    await store.register(service);
    const thrown = await use(store).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(isSluiceError(thrown), String(thrown)).toBe(true);
    expect(String(thrown)).toContain(names);
  });
});
