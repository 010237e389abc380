import { inspect } from "node:util";
import { expect, test } from "vitest";
import { memoryOnline } from "../../src/backends/memory/memory-online-store.ts";
import type { Windows } from "../../src/contracts/feature-definition.ts";
import type { ServiceDefinition } from "../../src/contracts/feature-service.ts";
import {
  count,
  entity,
  FeatureStore,
  featureService,
  featureView,
  lastK,
  mean,
  onDemand,
  request,
  type ServiceModel,
  t,
} from "../../src/features/index.ts";
import { tableFromRows } from "../../src/table/table-from-rows.ts";
import { withWorkbench } from "./feature-workbench.ts";
import { plainDataset } from "./plain-dataset.ts";

const start = Date.UTC(2024, 0, 1);
const minute = 60_000;
const readings = plainDataset(
  "readings",
  { id: t.float64, time: t.instant, sensor: t.utf8, value: t.float64 },
  { id: "id" },
);
const base = { source: readings, entities: [entity("sensor", { sensor: t.utf8 })] };
const windows = { n: count().over("1h"), warmth: mean("value").over("6h") };
const recent = featureView("recent", { ...base, windows, latest: { last: "value" }, ttl: "2h" });
const changedRecent = featureView("recent", {
  ...base,
  windows: { ...windows, warmth: mean("value").over("12h") },
  latest: { last: "value" },
  ttl: "3h",
});
const ratio = (of: typeof recent, add: number) =>
  onDemand("ready", {
    inputs: [of, request({ km: t.float64 })],
    features: ({ recent: r, km }) => ({ far: km.gt(100), ratio: r.warmth.orElse(0).div(km.add(add)) }),
  });
const first = featureService("trips", [recent, ratio(recent, 1)]);
const second = featureService("trips", [changedRecent, ratio(changedRecent, 2)]);
const other = featureService("other", [featureView("busy", { ...base, windows: { n: count().over("1d") } })]);

const model = (version: number, stage: string, { name, hash, schemaHash }: ServiceDefinition): ServiceModel => ({
  name: "delay",
  version,
  stage,
  service: { name, hash, schemaHash },
});

test("a plan says what changes, in which features, and which models keep the old meaning; applying it changes that", async () => {
  const versions = [model(1, "archived", first), model(2, "production", first)];
  const models = { versions: async () => versions };
  await withWorkbench(
    async ({ store }) => {
      const fresh = await store.plan([first, other]);
      expect(fresh.hasChanges).toBe(true);
      expect(fresh.services.map(({ action, views }) => [action, ...views.map((view) => view.action)])).toEqual([
        ["create", "create", "create"],
        ["create", "create"],
      ]);
      expect(fresh.services[0]?.views.map(({ toMaterialize }) => toMaterialize)).toEqual([true, false]);
      expect(await store.current("trips")).toBeUndefined();
      await store.apply([first, other]);
      expect((await store.current("trips"))?.hash).toBe(first.hash);
      expect((await store.plan([first, other])).hasChanges).toBe(false);

      const plan = await store.plan([second, other]);
      const [trips] = plan.services;
      expect(trips?.models).toEqual([versions[1]]);
      expect(trips?.views.flatMap(({ changes }) => changes)).toEqual([
        { what: "ttl", before: "2h", after: "3h", features: ["last"] },
        {
          what: "window warmth",
          before: "mean(value) over 6h, hop 5m",
          after: "mean(value) over 12h, hop 1h",
          features: ["warmth"],
        },
        expect.objectContaining({ what: "input recent", features: ["ratio"] }),
        {
          what: "expression ratio",
          before: "div(orElse(recent.warmth, 0), add(km, 1))",
          after: "div(orElse(recent.warmth, 0), add(km, 2))",
          features: ["ratio"],
        },
      ]);
      const short = (hash = ""): string => `${hash.slice(0, 15)}…`;
      expect(inspect(plan)).toBe(String(plan));
      expect(inspect(plan).split("\n")).toEqual([
        "Plan: 0 to create, 1 to update, 1 unchanged.",
        `~ service trips (changes, ${short(first.hash)} → ${short(second.hash)})`,
        `  ~ view recent (changes, ${short(recent.hash)} → ${short(changedRecent.hash)}, to be materialized)`,
        "      ~ ttl: 2h → 3h (last)",
        "      ~ window warmth: mean(value) over 6h, hop 5m → mean(value) over 12h, hop 1h (warmth)",
        `  ~ view ready (changes, ${short(first.views[1]?.hash)} → ${short(second.views[1]?.hash)})`,
        `      ~ input recent: ${short(recent.hash)} → ${short(changedRecent.hash)} (ratio)`,
        "      ~ expression ratio: div(orElse(recent.warmth, 0), add(km, 1)) → div(orElse(recent.warmth, 0), add(km, 2)) (ratio)",
        `    ! model delay@2 (production) keeps trips ${short(first.hash)}: train a new version to use the new meaning`,
        `= service other (unchanged, ${short(other.hash)})`,
      ]);
    },
    { models },
  );
});

test("a window of another kind is told in words", async () => {
  await withWorkbench(async ({ store }) => {
    const of = (n: Windows<"value">[string]) => featureService("s", [featureView("v", { ...base, windows: { n } })]);
    const texts: string[] = [];
    const kinds = [
      count().over("1h"),
      count().tumbling("1d"),
      count().tumbling("1d", { offset: "6h" }),
      count().session({ gap: "30m", max: "12h" }),
      lastK("value", 3).over("1h"),
    ];
    for (const kind of kinds) {
      const plan = await store.plan([of(kind)]);
      texts.push(...(plan.services[0]?.views.flatMap(({ changes }) => changes.map(({ after }) => after ?? "")) ?? []));
      await store.apply([of(kind)]);
    }
    expect(texts).toEqual([
      "count() over the last whole 1d",
      "count() over the last whole 1d, offset 6h",
      "count() over a session, gap 30m, max 12h, keep 1d",
      "lastK(value, 3) over 1h, hop 5m",
    ]);
  });
});

test("a changed source, entity or delay, a view that leaves and a name given twice are named", async () => {
  await withWorkbench(async ({ store }) => {
    const twoViews = featureService("s", [
      recent,
      featureView("gone", { ...base, windows: { n: count().over("1h") } }),
    ]);
    await store.apply([twoViews]);
    const moved = featureView("recent", {
      source: plainDataset("archive", readings.columns, { id: "id" }),
      entities: [entity("place", { sensor: t.utf8, value: t.float64 })],
      knownDelay: "10m",
      windows: { ...windows, more: count().over("1d") },
    });
    const plan = await store.plan([featureService("s", [moved])]);
    const all = ["n", "warmth", "last", "more"];
    const changes = plan.services[0]?.views.flatMap((view) => view.changes) ?? [];
    expect(changes.map(({ what, features }) => [what, features])).toEqual([
      ["source name", all],
      ["source schema", all],
      ["entity keys", all],
      ["known delay", all],
      ["ttl", ["last"]],
      ["window more", ["more"]],
      ["latest last", ["last"]],
    ]);
    expect(plan.services[0]?.views.map(({ view, action }) => [view, action])).toEqual([
      ["recent", "update"],
      ["gone", "remove"],
    ]);
    expect(String(plan)).toContain("  - view gone (no longer in it");
    await expect(store.plan([first, second])).rejects.toMatchObject({
      code: "definition/invalid",
      found: 'the feature service "trips" twice in one plan',
    });
  });
});

test("an older meaning is current again when it is applied, not when it is used", async () => {
  await withWorkbench(async ({ store, options }) => {
    for (const service of [first, second]) await store.apply([service]);
    await new FeatureStore(options).register(first);
    expect((await store.current("trips"))?.hash).toBe(second.hash);
    expect((await store.plan([first])).services[0]?.action).toBe("update");
    await store.apply([first]);
    expect((await store.current("trips"))?.hash).toBe(first.hash);
    expect((await store.plan([first])).hasChanges).toBe(false);
    expect((await store.history("trips")).map(({ hash }) => hash)).toEqual([second.hash, first.hash]);
    const audited = (await options.ledger.audit.read()).filter(({ kind }) => kind === "features.registered");
    expect(audited).toHaveLength(3);
  });
});

test("what no service in use names is collected, and nothing else", async () => {
  const versions = [model(1, "production", first)];
  const models = { versions: async () => versions };
  const online = memoryOnline();
  await withWorkbench(
    async ({ datasets, options, store }) => {
      const rows = Array.from({ length: 60 }, (_, id) => ({ id, time: start + id * minute, sensor: "A", value: id }));
      await datasets.commit(readings, [tableFromRows(rows, readings.columns)]);
      const to = start + 59 * minute;
      for (const service of [first, second, other]) await store.materialize(service, { to });
      const held = async (service: ServiceDefinition): Promise<number> => {
        const { events } = await online.readEvents(service.views[0]?.hash ?? "", ["A"], start);
        return events[0]?.count ?? 0;
      };
      // The store that used them all keeps them all; to another one `first` is in use by its model, the others by their names.
      expect(await store.collect()).toEqual({ views: [], inUse: 5 });
      const collecting = async (dryRun: boolean) => await new FeatureStore(options).collect({ dryRun });
      expect((await collecting(false)).views).toEqual([]);
      versions[0] = model(1, "archived", first);
      expect(await collecting(true)).toEqual({ views: [recent.hash], inUse: 3 });
      expect(await held(first)).toBe(60);
      expect((await collecting(false)).views).toEqual([recent.hash]);
      const dropped = await options.ledger.audit.read({ subject: recent.hash });
      expect(dropped.map(({ kind, body }) => [kind, body])).toEqual([["features.collected", { view: recent.hash }]]);
      expect([await held(first), await held(second), await held(other)]).toEqual([0, 60, 60]);
      expect((await collecting(false)).views).toEqual([]);
      // What was dropped is loaded again from the start, the same reads can be served: the watermark went with it.
      expect((await new FeatureStore(options).materialize(first, { to })).events).toBe(60);
      expect(await held(first)).toBe(60);

      // A drop that another process began and did not end: reads are refused, the next materialization ends it.
      await online.trimEvents(recent.hash, Number.POSITIVE_INFINITY, { keepLatest: true });
      const reading = new FeatureStore(options);
      await expect(reading.online(first, { sensor: "A", km: 1 }, { atMs: to })).rejects.toMatchObject({
        code: "features/not-kept",
      });
      expect((await reading.materialize(first, { from: start, to })).events).toBe(60);
      expect((await reading.online(first, { sensor: "A", km: 1 }, { atMs: to })).features["recent.n"].status).toBe(
        "present",
      );

      versions[0] = { ...model(1, "staging", first), service: { ...first, hash: `sha256:${"0".repeat(64)}` } };
      await expect(collecting(false)).rejects.toMatchObject({ code: "features/unknown-feature" });
    },
    { models, online },
  );
  await withWorkbench(async ({ store }) => {
    await expect(store.collect()).rejects.toMatchObject({ code: "argument/invalid" });
  });
});
