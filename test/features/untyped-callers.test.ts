import { expect, test } from "vitest";
import { memoryVectors } from "../../src/backends/memory/memory-vector-store.ts";
import { isSluiceError } from "../../src/core/errors.ts";
import { count, entity, featureService, featureView, t } from "../../src/features/index.ts";
import { withWorkbench } from "./feature-workbench.ts";
import { plainDataset } from "./plain-dataset.ts";

// What types forbid, plain JavaScript passes: it is told what to do, and by no TypeError from within.

const readings = plainDataset("readings", { id: t.float64, time: t.instant, sensor: t.utf8 }, { id: "id" });
const recent = featureView("recent", {
  source: readings,
  entities: [entity("sensor", { sensor: t.utf8 })],
  windows: { n: count().over("30m") },
});
const service = featureService("sensors", [recent]);

/** What a refusal found, and what it says to do. */
async function refusal(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (isSluiceError(error)) return `${error.code}: ${error.found} | ${error.fix}`;
    throw error;
  }
  throw new Error("a refusal expected");
}

test("what is no service, or no list of them, is refused by what it is", async () => {
  await withWorkbench(async ({ store }) => {
    const fix = "Pass what featureService(name, [view, …]) made.";
    expect(await refusal(store.materialize(recent as never, { to: 0 }))).toBe(
      `argument/invalid: the view "recent" | ${fix}`,
    );
    expect(await refusal(store.online("sensors" as never, { sensor: "A" } as never))).toBe(
      `argument/invalid: "sensors" | ${fix}`,
    );
    expect(await refusal(store.apply([undefined as never]))).toBe(
      `argument/invalid: a value of type undefined | ${fix}`,
    );
    expect(await refusal(store.plan(service as never))).toBe(
      'argument/invalid: the service "sensors" | Pass [service].',
    );
  });
});

test("spines, requests and rows in another form are refused, saying which one is right", async () => {
  await withWorkbench(async ({ store }) => {
    const rows = [{ sensor: "A", at: 0 }];
    expect(await refusal(store.training(service, { spine: rows as never, at: "at" }))).toContain(
      'features/invalid-input: a list as the spine for feature service "sensors" | Make one of rows by tableFromRows',
    );
    expect(await refusal(store.training(service, { spine: "readings" as never, at: "at" }))).toContain('"readings" as');
    expect(await refusal(store.onlineMany(service, { sensor: "A" } as never))).toContain("| Pass [request]");
    expect(await refusal(store.vectors(service, [{ sensor: "A" }], { atMs: 5 as never }))).toContain(
      "atMs: 5 | Pass epoch milliseconds, as Float64Array.of(…)",
    );
    await store.apply([service]);
    expect(await refusal(store.push(readings, { id: 1, time: 0, sensor: "A" } as never))).toContain("| Pass [row].");
    expect(await refusal(store.push("readings" as never, [], { to: "offline" }))).toContain(
      "| Pass what dataset() or featureView() made.",
    );
  });
});

test("a range that ends before it begins is refused, for it would load nothing and say nothing", async () => {
  await withWorkbench(async ({ store }) => {
    const found = await refusal(store.backfill(recent, { from: 1_767_225_600_000, to: 1_767_229_200 }));
    expect(found).toContain("argument/invalid: from: 1767225600000, to: 1767229200 | Pass the earlier instant as from");
  });
});

test("an unknown metric is answered with those that there are", async () => {
  const query = { vectors: Float32Array.of(1, 0), k: 1, metric: "l2" as never };
  const space = { view: "v", feature: "f", dimension: 2 };
  const store = memoryVectors();
  await store.put(space, {
    keys: ["a"],
    vectors: Float32Array.of(1, 0),
    eventTimeMs: Float64Array.of(0),
    knownTimeMs: Float64Array.of(0),
  });
  expect(await refusal(store.search(space, query))).toBe(
    'argument/invalid: metric: l2 (feature "f" of view v) | Pass one of these as metric.',
  );
});
