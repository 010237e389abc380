import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { dataset } from "../../../src/data/dataset.ts";
import { rowsSource } from "../../../src/data/sources/rows-source.ts";
import {
  count,
  entity,
  FeatureStore,
  featureService,
  featureView,
  formatCatalog,
  mean,
  mostFrequent,
  onDemand,
  quantile,
  request,
  t,
} from "../../../src/features/index.ts";
import { openWorkspace } from "../../../src/open-workspace.ts";
import { model } from "../../../src/registry/model.ts";
import { fitLogistic } from "../../../src/training/fit-logistic.ts";
import { labelledMatrix } from "../../../src/table/labelled-matrix.ts";
import { sliceRows } from "../../../src/table/take-rows.ts";
import { withWorkbench } from "../feature-workbench.ts";

const trips = dataset("trips", {
  schema: z.object({ trip: z.int(), left: z.date(), depot: z.string(), delay: z.number(), late: z.boolean() }),
  eventTime: "left",
  id: "trip",
});
const depot = entity("depot", { depot: t.utf8 });
const windows = { delay: mean("delay").over("6h"), p90: quantile("delay", 0.9).over("90m"), n: count().over("2d") };
const recent = featureView("recent", {
  source: trips,
  entities: [depot],
  windows,
  latest: { was_late: "late" },
  owner: "ops",
  tags: ["sla", "delay", "sla"],
  description: "What a depot has been like lately",
});
const ready = onDemand("ready", {
  inputs: [recent, request({ km: t.float64 })],
  features: ({ recent: { delay, n }, km }) => ({
    pressure: delay.orElse(0).mul(n),
    per_km: delay.div(km),
    far: km.gt(9),
  }),
  owner: "ann",
});
const doubled = onDemand("doubled", { inputs: [recent], features: ({ recent: { n } }) => ({ n: n.mul(2) }) });
const service = featureService("trips-v1", [ready], { owner: "ann", tags: ["live"] });
const other = featureService("depots", [recent]);

test("owner, tags and description are no part of the meaning", () => {
  const bare = featureView("recent", { source: trips, entities: [depot], windows, latest: { was_late: "late" } });
  expect(bare.hash).toBe(recent.hash);
  expect([bare.about, recent.about]).toEqual([
    undefined,
    { owner: "ops", tags: ["delay", "sla"], description: "What a depot has been like lately" },
  ]);
  const same = featureService("trips-v1", [ready]);
  expect([same.hash, same.schemaHash]).toEqual([service.hash, service.schemaHash]);
  expect(() => featureService("x", [recent], { owner: " " })).toThrow(
    expect.objectContaining({ code: "definition/invalid", message: expect.stringContaining('service "x"') }),
  );
});

test("the catalog lists features with the columns and fields they are made from", async () => {
  await withWorkbench(async ({ store, options }) => {
    expect(await store.catalog()).toEqual({ services: [], views: [] });
    await store.register(service);
    await store.register(other);
    const page = await new FeatureStore(options).catalog();
    expect(page.services.map(({ name, views, models }) => ({ name, views, models }))).toEqual([
      { name: "depots", views: ["recent"], models: [] },
      { name: "trips-v1", views: ["recent", "ready"], models: [] },
    ]);
    expect(page.views.map(({ name, services, entities, source }) => ({ name, services, entities, source }))).toEqual([
      { name: "ready", services: ["trips-v1"], entities: ["depot"], source: undefined },
      { name: "recent", services: ["depots", "trips-v1"], entities: ["depot"], source: "trips" },
    ]);
    const made = page.views.flatMap(({ name, features }) =>
      features.map((feature) => [
        `${name}.${feature.name}`,
        feature.how,
        feature.columns.join(),
        feature.fields.join(),
      ]),
    );
    expect(made).toEqual([
      ["ready.pressure", "computed", "trips.delay,trips.left", ""],
      ["ready.per_km", "computed", "trips.delay", "km"],
      ["ready.far", "computed", "", "km"],
      ["recent.delay", "mean over 6h", "trips.delay", ""],
      ["recent.p90", "quantile 0.9 over 90m", "trips.delay", ""],
      ["recent.n", "count over 2d", "trips.left", ""],
      ["recent.was_late", "latest", "trips.late", ""],
    ]);
  });
});

test("a feature says over which window it is taken", async () => {
  const kinds = {
    day: count().tumbling("1d"),
    visit: mean("delay").session({ gap: "30m" }),
    top: mostFrequent("depot", 2).over("1h"),
  };
  const view = featureView("kinds", { source: trips, entities: [depot], windows: kinds });
  await withWorkbench(async ({ store }) => {
    await store.register(featureService("kinds-v1", [view]));
    const { views } = await store.catalog({ name: "kinds" });
    expect(views.flatMap(({ features }) => features.map(({ how }) => how))).toEqual([
      "count over the last whole 1d",
      "mean over a session (gap 30m)",
      "mostFrequent 2 over 1h",
    ]);
  });
});

test("a search finds what fits everything that is named", async () => {
  await withWorkbench(async ({ store }) => {
    await store.register(service);
    await store.register(other);
    const found = async (query: Parameters<typeof store.catalog>[0]) => {
      const { services, views } = await store.catalog(query);
      return [...services, ...views].map(({ name }) => name).join();
    };
    expect(await found({ text: "LATELY" })).toBe("depots,trips-v1,recent");
    expect(await found({ text: "per_km" })).toBe("trips-v1,ready");
    expect(await found({ tag: "sla" })).toBe("depots,trips-v1,recent");
    expect(await found({ tag: "live" })).toBe("trips-v1");
    expect(await found({ owner: "ann" })).toBe("trips-v1,ready");
    expect(await found({ owner: "ann", tag: "sla" })).toBe("");
    expect(await found({ name: "depots" })).toBe("depots");
    expect(await found({ column: "trips.late" })).toBe("depots,trips-v1,recent");
    expect(await found({ column: "trips.delay", owner: "ann" })).toBe("trips-v1,ready");
    expect(await found({ column: "trips" })).toBe("depots,trips-v1,ready,recent");
    expect(await found({ column: "trip" })).toBe("");
    expect(await found({ entity: "depot", text: "pressure" })).toBe("trips-v1,ready");
    expect(await found({ entity: "route" })).toBe("");
  });
});

test("what is said of a definition can change; another meaning takes the name over", async () => {
  await withWorkbench(async ({ store, options }) => {
    await store.register(service);
    const renamed = featureService("trips-v1", [ready], { owner: "bob" });
    await new FeatureStore(options).register(renamed);
    expect((await store.catalog({ owner: "bob" })).services.map(({ hash }) => hash)).toEqual([service.hash]);
    await store.register(featureService("trips-v1", [recent]));
    const { services, views } = await store.catalog();
    expect(services.map(({ views: names }) => names)).toEqual([["recent"]]);
    expect(views.map(({ name }) => name)).toEqual(["recent"]);
    expect((await options.ledger.audit.read()).length).toBe(2);
  });
});

test("the models that were trained with a view are told, under whatever service", async () => {
  const folder = await mkdtemp(join(tmpdir(), "sluice-catalog-"));
  const ws = await openWorkspace(folder);
  try {
    const start = Date.UTC(2026, 0, 1);
    const rows = Array.from({ length: 200 }, (_, trip) => {
      const delay = (trip * 7) % 20;
      return { trip, left: new Date(start + trip * 600_000), depot: `D${trip % 2}`, delay, late: delay > 9 };
    });
    await ws.data.ingest(trips, rowsSource(rows));
    const all = await ws.data.read("trips");
    const spine = sliceRows(all, 0, 150);
    const set = await ws.features.training(other, { spine, at: "left" });
    const heldOut = await ws.features.training(other, { spine: sliceRows(all, 150, 200), at: "left" });
    const late = model("late", {
      request: z.object({ depot: z.string() }),
      output: z.object({ late: z.number() }),
      features: other,
      featureInput: (input) => input,
      vector: ["recent.delay", "recent.n"],
    });
    const { run, value: artifact } = await ws.experiments.run("late", { data: set }, async () =>
      fitLogistic(labelledMatrix(set.table, late.vector, "late")),
    );
    const evaluation = await ws.registry.evaluate(late, artifact, heldOut, { label: "late", metrics: ["auc"] });
    await ws.registry.register(late, { run, artifact, evaluation, author: "ann" });
    const beside = featureService("beside", [doubled], { description: "The same view below, not trained with" });
    await ws.features.training(beside, { spine, at: "left" });

    const page = await ws.features.catalog({ tag: "sla" });
    expect(page.services.map(({ name, models }) => [name, models])).toEqual([
      ["beside", []],
      ["depots", ["late@1"]],
    ]);
    expect(page.views.map(({ models }) => models)).toEqual([["late@1"]]);
    expect(formatCatalog(page)).toBe(`service beside: The same view below, not trained with
  views: recent, doubled
  models: none

service depots
  views: recent
  models: late@1

view recent (by ops #delay #sla): What a depot has been like lately
  of depot, from trips
  delay     f64?, mean over 6h of trips.delay: 9.48 ± 0.623, median 9.5 in [8.33, 10.7]
  p90       f64?, quantile 0.9 over 90m of trips.delay: 15.3 ± 1.75, median 15.3 in [12.2, 18.4]
  n         f64, count over 2d of trips.left: 87 ± 7.28, median 87 in [75, 99]
  was_late  bool, latest of trips.late: 0.54 ± 0.503, median 1 in [0, 1]
  services: beside, depots; models: late@1
`);
  } finally {
    await ws.close();
    await rm(folder, { recursive: true });
  }
});
