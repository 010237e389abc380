import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import pg from "pg";
import { expect, test } from "vitest";
import { duckdbOffline } from "../../src/backends/duckdb/duckdb-offline-store.ts";
import { postgresOffline } from "../../src/backends/postgres/postgres-offline-store.ts";
import { postgresOnline } from "../../src/backends/postgres/postgres-online-store.ts";
import { redisOnline } from "../../src/backends/redis/redis-online-store.ts";
import { sqliteOnline } from "../../src/backends/sqlite/sqlite-online-store.ts";
import { featureStatus } from "../../src/contracts/feature-reader.ts";
import type { Expression } from "../../src/contracts/expression.ts";
import type { NumbersExpression } from "../../src/contracts/numbers-expression.ts";
import type { CellValue } from "../../src/core/cell-type.ts";
import type { Random } from "../../src/core/random.ts";
import { seededRandom } from "../../src/core/random.ts";
import {
  count,
  entity,
  type FeatureStoreOptions,
  featureService,
  featureView,
  type LoggedColumn,
  nullable,
  onDemand,
  request,
  sum,
  t,
} from "../../src/features/index.ts";
import { cellAt } from "../../src/table/cell-at.ts";
import type { Column } from "../../src/table/column.ts";
import { makeTable, type Table } from "../../src/table/table.ts";
import { tableFromRows } from "../../src/table/table-from-rows.ts";
import { sliceRows } from "../../src/table/take-rows.ts";
import { describePostgres } from "../support/postgres-server.ts";
import { describeRedis } from "../support/redis-server.ts";
import { withWorkbench } from "./feature-workbench.ts";
import { plainDataset } from "./plain-dataset.ts";

// Latest look-ups of columns of every type: the same values from history, online and in a replay.

const minute = 60_000;
const start = Date.UTC(2024, 0, 1);
const payments = plainDataset(
  "payments",
  {
    id: t.int32,
    time: t.instant,
    known: t.instant,
    card: t.utf8,
    shop: nullable(t.utf8),
    reference: nullable(t.int64),
    cents: nullable(t.int64),
    amount: nullable(t.float64),
    items: nullable(t.int32),
    online: nullable(t.bool),
    shipped: nullable(t.instant),
    extra: { tag: "json", nullable: true },
  },
  { knownTime: "known", id: "id" },
);
const portraits = plainDataset(
  "portraits",
  {
    id: t.int32,
    time: t.instant,
    known: t.instant,
    card: t.utf8,
    face: nullable(t.vector(3)),
    steps: nullable(t.list(t.float64)),
  },
  { knownTime: "known", id: "id" },
);
const wider = plainDataset("wider", { id: t.int32, time: t.instant, card: t.utf8, wide: t.vector(4) }, { id: "id" });
const card = entity("card", { card: t.utf8 });
const recent = featureView("recent", {
  source: payments,
  entities: [card],
  ttl: "2h",
  windows: { spent: sum("cents").over("1h"), n: count().over("1h") },
  latest: {
    shop: "shop",
    reference: "reference",
    cents: "cents",
    amount: "amount",
    items: "items",
    online: "online",
    shipped: "shipped",
    extra: "extra",
  },
});
const derived = onDemand("derived", {
  inputs: [recent, request({ shop: t.utf8 })],
  features: ({ recent: { shop: last }, shop }) => ({
    same: last.eq(shop),
    upper: last.upper(),
    known: last.isNull().not(),
    letters: last.orElse("none").length(),
  }),
});
const looks = featureView("looks", {
  source: portraits,
  entities: [card],
  ttl: "2h",
  latest: { face: "face", steps: "steps" },
});
const plain = featureService("payments", [recent, derived]);
const withLists = featureService("payments with lists", [recent, derived, looks]);

const shops = ["", "a\0b", "\0", "é😀", "\u0001", "ß", "null"];
const integers = [2n ** 53n + 1n, -(2n ** 63n), 2n ** 63n - 1n, 0n, -1n];
const finite = [-0, 0, 1e-320, -Number.MAX_VALUE, 1 / 3];
const doubles = [...finite, Number.NaN, Number.NEGATIVE_INFINITY];

/** Payments and portraits, row by row at the same times. */
function history(random: Random, rows: number): readonly [payments: Table, portraits: Table] {
  let time = start;
  const maybe = <T>(value: T): T | null => (random.int(4) === 0 ? null : value);
  const one = <T>(values: readonly T[]): T | null => maybe(values[random.int(values.length)] ?? null);
  const records = Array.from({ length: rows }, (_, id) => {
    time += random.int(10) * minute;
    return {
      id,
      time,
      known: time + random.int(90) * minute,
      card: `card ${random.int(4)}`,
      shop: one(shops),
      reference: one(integers),
      cents: maybe(BigInt(random.int(1_000_000))),
      amount: one(doubles),
      items: maybe(random.int(100) - 50),
      online: maybe(random.int(2) === 0),
      shipped: maybe(time + 0.125),
      extra: maybe(JSON.stringify({ n: random.int(3) })),
      face: maybe([0, 1, 2].map(() => finite[random.int(finite.length)] ?? 0)),
      steps: maybe(Array.from({ length: random.int(4) }, () => doubles[random.int(doubles.length)] ?? 0)),
    };
  });
  return [tableFromRows(records, payments.columns), tableFromRows(records, portraits.columns)];
}

type Served = { readonly status: string; readonly value?: CellValue };

async function sameEverywhere(
  replace: Partial<FeatureStoreOptions>,
  [rows, asked]: readonly [number, number],
): Promise<void> {
  const service = withLists;
  await withWorkbench(async ({ datasets, store }) => {
    const random = seededRandom("every kind");
    const [table, pictures] = history(random, rows);
    const split = rows >> 1;
    const splitMs = Number(table.columns["time"]?.values[split - 1]);
    await datasets.commit(payments, [sliceRows(table, 0, split)]);
    await datasets.commit(portraits, [sliceRows(pictures, 0, split)]);
    await store.materialize(service, { to: splitMs });
    await store.push(payments, sliceRows(table, split, rows));
    await store.push(portraits, sliceRows(pictures, split, rows));
    await datasets.commit(payments, [sliceRows(table, split, rows)]);
    await datasets.commit(portraits, [sliceRows(pictures, split, rows)]);

    const spine = Array.from({ length: asked }, () => ({
      card: `card ${random.int(5)}`,
      shop: shops[random.int(shops.length)] ?? "",
      at: splitMs + random.int(rows * 5) * minute,
    }));
    const served: { readonly [feature: string]: Served }[] = [];
    for (const { at, ...input } of spine) served.push((await store.online(service, input, { atMs: at })).features);
    const types = { card: t.utf8, shop: t.utf8, at: t.instant };
    const training = await store.training(service, { spine: tableFromRows(spine, types), at: "at" });
    const latest = [
      ...Object.keys(recent.features).filter((name) => name !== "spent" && name !== "n"),
      "face",
      "steps",
    ];
    for (const { name, type } of service.features) {
      const column = training.table.columns[name];
      expect(column?.tag).toBe(type.tag);
      const statuses = new Set<string>();
      served.forEach((features, row) => {
        const cell = features[name];
        const trained = column === undefined ? undefined : cellAt(column, row);
        statuses.add(cell?.status ?? "");
        expect([name, row, trained === undefined ? "none" : trained === null ? "null" : "present"]).toEqual([
          name,
          row,
          cell?.status === "missing" || cell?.status === "expired" ? "none" : cell?.status,
        ]);
        if (cell?.status === "present") expect(isSame(cell.value, trained), `${name} ${row}`).toBe(true);
      });
      if (latest.some((own) => name === `recent.${own}` || name === `looks.${own}`))
        expect([name, [...statuses].sort()]).toEqual([name, Object.keys(featureStatus).sort()]);
    }

    const columns = Object.fromEntries(service.features.map(({ name }) => [name, loggedColumn(served, name)]));
    const inputs = spine.map(({ at: _, ...input }) => input);
    const logged = { inputs, atMs: Float64Array.from(spine, ({ at }) => at), columns };
    const cells = asked * service.features.length;
    expect(await store.replay(service, logged)).toEqual({ cells, different: 0, byFeature: {}, erased: 0 });
    const changed = {
      ...columns,
      "recent.shop": { ...loggedColumn(served, "recent.shop"), values: spine.map(() => "?") },
    };
    const { byFeature } = await store.replay(service, { ...logged, columns: changed });
    expect(Object.keys(byFeature)).toEqual(["recent.shop"]);
    const { "recent.n": _, ...fewer } = columns;
    await expect(store.replay(service, { ...logged, columns: fewer })).rejects.toMatchObject({
      code: "features/invalid-input",
      found: 'no column "recent.n"',
    });
  }, replace);
}

function isSame(a: CellValue | undefined, b: CellValue | undefined): boolean {
  if (!Array.isArray(a) || !Array.isArray(b)) return Object.is(a, b);
  return a.length === b.length && a.every((item, i) => Object.is(item, b[i]));
}

/** Served cells as a column, as a log would keep them. */
function loggedColumn(served: readonly { readonly [feature: string]: Served }[], name: string): LoggedColumn {
  const cells = served.map((features) => features[name]);
  const values = cells.map((cell) => cell?.value);
  const statuses = Uint8Array.from(cells, (cell) =>
    Number(Object.entries(featureStatus).find(([status]) => status === cell?.status)?.[1]),
  );
  if (values.some((value) => typeof value === "bigint"))
    return { values: BigInt64Array.from(values, (value) => (typeof value === "bigint" ? value : 0n)), statuses };
  if (values.some((value) => typeof value === "string")) return { values: values.map(String), statuses };
  if (values.some((value) => Array.isArray(value)))
    return { values: values.map((value) => Float64Array.from(Array.isArray(value) ? value : [])), statuses };
  return { values: Float64Array.from(values, Number), statuses };
}

test("every kind: memory", async () => {
  await sameEverywhere({}, [1500, 300]);
});

test("every kind: SQLite online, DuckDB offline", async () => {
  const folder = await mkdtemp(join(tmpdir(), "sluice-kinds-"));
  try {
    const online = sqliteOnline({ path: join(folder, "o.sqlite") });
    await sameEverywhere({ online, offline: duckdbOffline() }, [600, 100]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

describeRedis("on Redis", (server) => {
  test("every kind", async () => {
    const client = new Redis(server().port, "127.0.0.1");
    await sameEverywhere({ online: redisOnline({ client }) }, [1000, 200]);
    await client.quit();
  });
});

describePostgres("on Postgres", (server) => {
  test("every kind: online and offline", async () => {
    const pool = new pg.Pool({ connectionString: server().url });
    await sameEverywhere({ online: postgresOnline({ pool }), offline: postgresOffline({ pool }) }, [600, 100]);
    await pool.end();
  });
});

test("a vector takes integers that a double holds, and neither others nor texts", async () => {
  const integer = featureService("integer", [
    featureView("last", { source: payments, entities: [card], latest: { reference: "reference" } }),
  ]);
  await withWorkbench(async ({ store }) => {
    await store.register(integer);
    const row = (id: number, reference: bigint): Table =>
      tableFromRows([{ id, time: start + id, known: start + id, card: "c", reference }], payments.columns);
    const read = async (id: number): Promise<unknown> =>
      (await store.vectors(integer, [{ card: "c" }, { card: "?" }], { atMs: new Float64Array(2).fill(start + id) }))
        .values;
    await store.push(payments, row(1, 2n ** 53n));
    expect(await read(1)).toEqual(Float64Array.of(2 ** 53, Number.NaN));
    await store.push(payments, row(2, 2n ** 53n + 1n));
    await expect(read(2)).rejects.toMatchObject({
      code: "features/invalid-input",
      found: '9007199254740993 for the feature "last.reference"',
    });
    expect((await store.online(integer, { card: "c" }, { atMs: start + 2 })).features["last.reference"]).toEqual({
      status: "present",
      value: 2n ** 53n + 1n,
      eventTimeMs: start + 2,
    });
    await expect(store.vectors(plain, [{ card: "c", shop: "s" }])).rejects.toMatchObject({
      found: 'the text feature "recent.shop"',
    });
  });
});

test("a lone surrogate is refused with its column before anything is pushed", async () => {
  await withWorkbench(async ({ store }) => {
    await store.register(plain);
    const rows = [0, 1].map((id) => ({ id, time: start, known: start, card: "c" }));
    const shop: Column = { tag: "utf8", values: Int32Array.of(0, 1), dictionary: ["fine", "\ud83d"] };
    const table = makeTable({ ...tableFromRows(rows, payments.columns).columns, shop });
    await expect(store.push(payments, table)).rejects.toMatchObject({
      code: "features/invalid-input",
      found: 'a text with a lone surrogate in column "shop" of dataset "payments" at row 1',
    });
    expect((await store.online(plain, { card: "c", shop: "" })).features["recent.shop"].status).toBe("missing");
  });
});

test("vectors in expressions: items, sizes, lengths, products and cosines, the same in training, online and in replay", async () => {
  const near = onDemand("near", {
    inputs: [looks],
    features: ({ looks: { face, steps } }) => ({
      first: face.at(0),
      second: steps.at(1),
      size: steps.size(),
      length: face.norm(),
      squares: face.dot(face),
      both: face.dot(steps),
      same: face.cosine(face),
      like: face.cosine(steps),
      none: steps.isNull(),
      far: face.norm().gt(1).and(steps.size().lt(2)),
    }),
  });
  const service = featureService("near", [near]);
  const rows = [
    { face: [3, 0, 4], steps: [1, 2, 2] },
    { face: [1e200, 0, -1e200], steps: [-0, 5] },
    { face: [0, -0, 0], steps: [] },
    { face: null, steps: [5e-324, 0, 0] },
  ].map((row, id) => ({ ...row, id, time: start + id, known: start + id, card: "c" }));
  const expected = [
    { first: 3, second: 2, size: 3, length: 5, squares: 25, both: 11, same: 1, like: 11 / 15, none: false, far: false },
    {
      first: 1e200,
      second: 5,
      size: 2,
      length: Math.SQRT2 * 1e200,
      squares: Infinity,
      both: null,
      same: 1,
      like: null,
      none: false,
      far: false,
    },
    {
      first: 0,
      second: null,
      size: 0,
      length: 0,
      squares: 0,
      both: null,
      same: null,
      like: null,
      none: false,
      far: false,
    },
    {
      first: null,
      second: 0,
      size: 3,
      length: null,
      squares: null,
      both: null,
      same: null,
      like: null,
      none: false,
      far: false,
    },
  ];
  await withWorkbench(async ({ datasets, store }) => {
    await store.register(service);
    const table = tableFromRows(rows, portraits.columns);
    await store.push(portraits, table);
    await datasets.commit(portraits, [table]);
    const spine = tableFromRows(
      rows.map(({ time }) => ({ card: "c", at: time })),
      { card: t.utf8, at: t.instant },
    );
    const training = await store.training(service, { spine, at: "at" });
    for (const [i, row] of rows.entries()) {
      const { features } = await store.online(service, { card: "c" }, { atMs: row.time });
      for (const [name, value] of Object.entries(expected[i] ?? {})) {
        const cell: { readonly status: string; readonly value?: unknown } | undefined = Object.entries(features).find(
          ([feature]) => feature === `near.${name}`,
        )?.[1];
        const column = training.table.columns[`near.${name}`];
        const trained = column === undefined ? undefined : cellAt(column, i);
        if (typeof value === "number") {
          expect(cell?.value, `${name} ${i}`).toBeCloseTo(value, 12);
          expect(Object.is(cell?.value, trained), `${name} ${i}`).toBe(true);
        } else
          expect([name, i, cell?.status === "null" ? null : cell?.value, trained]).toEqual([name, i, value, value]);
      }
    }
    const inputs = rows.map(() => ({ card: "c" }));
    const served = await store.vectors(service, inputs, { atMs: Float64Array.from(rows, ({ time }) => time) });
    expect(await store.replay(service, { ...served, inputs })).toMatchObject({ different: 0 });
  });
  const bad =
    (make: (face: NumbersExpression<true>) => Expression): (() => unknown) =>
    () =>
      onDemand("bad", { inputs: [looks], features: ({ looks: { face } }) => ({ wrong: make(face) }) });
  expect(bad((face) => face.at(3))).toThrowError(/definition\/invalid.*at\(3\) of a vector of 3/);
  expect(bad((face) => face.at(0.5))).toThrowError(/definition\/invalid/);
  const other = featureView("other", { source: wider, entities: [card], latest: { wide: "wide" } });
  expect(() =>
    onDemand("bad", {
      inputs: [looks, other],
      features: ({ looks: { face }, other: { wide } }) => ({ x: face.dot(wide) }),
    }),
  ).toThrowError(/definition\/invalid.*a vector of 3 and one of 4/);
});

test("64-bit integers are no operands: the definition says so", () => {
  const misused = () =>
    onDemand("misused", {
      inputs: [recent, request({ x: t.float64 })],
      // @ts-expect-error an integer of 64 bits is no operand
      features: ({ recent: { reference }, x }) => ({ wrong: x.add(reference) }),
    });
  expect(misused).toThrow(
    expect.objectContaining({ code: "definition/invalid", found: "an expression of type i64 as an operand" }),
  );
});

test("a bad vector or list is refused with its dataset before anything is pushed; so it is where history has one", async () => {
  const service = featureService("looks", [looks]);
  const longest = Array.from({ length: 65_536 }, () => Number.NaN);
  const cases: readonly (readonly [row: { face?: number[]; steps?: number[] }, found: string])[] = [
    [{ face: [1, Number.NaN, 3] }, 'NaN as item 1 of a vector in column "face" of dataset "portraits" at row 0'],
    [{ face: [1, 2, -1 / 0] }, '-Infinity as item 2 of a vector in column "face" of dataset "portraits" at row 0'],
    [{ steps: [...longest, 0] }, 'a list of 65537 numbers in column "steps" of dataset "portraits" at row 0'],
  ];
  const base = { id: 1, time: start, known: start, card: "c" };
  for (const [row, found] of cases) {
    await withWorkbench(async ({ datasets, store }) => {
      await store.register(service);
      const table = tableFromRows([{ ...base, ...row }], portraits.columns);
      const refusal = { code: "features/invalid-input", found };
      await expect(store.push(portraits, table)).rejects.toMatchObject(refusal);
      const read = await store.online(service, { card: "c" }, { atMs: start });
      expect(read.features["looks.face"]).toEqual({ status: "missing" });
      await datasets.commit(portraits, [table]);
      await expect(store.materialize(service, { to: start + 1 })).rejects.toMatchObject(refusal);
      const spine = tableFromRows([{ card: "c", at: start }], { card: t.utf8, at: t.instant });
      await expect(store.training(service, { spine, at: "at" })).rejects.toMatchObject(refusal);
    });
  }
  await withWorkbench(async ({ store }) => {
    await store.register(service);
    const push = (row: object): Promise<unknown> => store.push(portraits, [{ ...base, ...row }]);
    const mismatch = (found: string): object => ({
      code: "table/type-mismatch",
      found: expect.stringContaining(found),
      expected: expect.stringContaining('for dataset "portraits"'),
    });
    await expect(push({ face: [1, 2] })).rejects.toMatchObject(mismatch('in column "face" of row 0'));
    await expect(push({ steps: ["1"] })).rejects.toMatchObject(mismatch('in column "steps" of row 0'));
    const face: Column = { tag: "utf8[]", values: Uint32Array.of(0), items: new Int32Array(0), dictionary: [] };
    const table = makeTable({ ...tableFromRows([base], portraits.columns).columns, face });
    await expect(store.push(portraits, table)).rejects.toMatchObject(mismatch('column "face" of type utf8[]'));
    await push({ face: [1, 2, 3], steps: longest });
    const { features } = await store.online(service, { card: "c" }, { atMs: start });
    expect(features["looks.steps"]).toEqual({ status: "present", value: longest, eventTimeMs: start });
  });
});

test("a vector of another size is refused with its column; it is no number of its own in a dense vector, nor what an expression gives", async () => {
  const faces = featureView("faces", { source: portraits, entities: [card], latest: { face: "face" } });
  const only = featureService("faces", [faces]);
  await withWorkbench(async ({ store }) => {
    await store.register(only);
    const face: Column = { tag: "f64[]", values: Uint32Array.of(3, 5), items: Float64Array.of(1, 2, 3, 4, 5) };
    const rows = [0, 1].map((id) => ({ id, time: start, known: start, card: "c" }));
    const table = makeTable({ ...tableFromRows(rows, portraits.columns).columns, face });
    await expect(store.push(portraits, table)).rejects.toMatchObject({
      code: "features/invalid-input",
      found: 'a vector of 2 numbers in column "face" of dataset "portraits" at row 1',
    });
    await store.push(portraits, sliceRows(table, 0, 1));
    const { features } = await store.online(only, { card: "c" }, { atMs: start });
    expect(features["faces.face"]).toEqual({ status: "present", value: [1, 2, 3], eventTimeMs: start });
    const cell = features["faces.face"];
    if (cell.status === "present") cell.value satisfies readonly number[];
    const { names, values } = await store.vectors(only, [{ card: "c" }], { atMs: Float64Array.of(start) });
    expect([names, [...values]]).toEqual([
      ["faces.face[0]", "faces.face[1]", "faces.face[2]"],
      [1, 2, 3],
    ]);
  });
  expect(() => onDemand("listed", { inputs: [faces], features: ({ faces: { face } }) => ({ face }) })).toThrow(
    'the feature "face" of type f64[]',
  );
  expect(only.schemaHash).not.toBe(
    featureService("faces", [{ ...faces, features: { face: nullable(t.vector(4)) } }]).schemaHash,
  );
});
