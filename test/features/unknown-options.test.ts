import { expect, test } from "vitest";
import { memoryVectors } from "../../src/backends/memory/memory-vector-store.ts";
import { closeName } from "../../src/core/close-name.ts";
import { isSluiceError } from "../../src/core/errors.ts";
import * as features from "../../src/features/index.ts";
import { openWorkspace } from "../../src/open-workspace.ts";
import { tableFromRows } from "../../src/table/table-from-rows.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { withWorkbench } from "./feature-workbench.ts";
import { plainDataset } from "./plain-dataset.ts";

// Plain JavaScript passes what types forbid. Whatever is passed, no TypeError comes from within, and no option is ignored.

/** The calls as plain JavaScript sees them. */
type Untyped = { readonly [name: string]: (...args: readonly unknown[]) => unknown };
const { entity, featureView, featureService, onDemand, request, count, mean, lastK, alias, nullable, pure, topK } =
  features as unknown as Untyped;
const { t } = features;

const columns = { id: t.float64, time: t.instant, sensor: t.utf8, v: t.float64, look: t.vector(2) };
const readings = plainDataset("readings", columns, { id: "id" });
const sensor = features.entity("sensor", { sensor: t.utf8 });
const recent = features.featureView("recent", {
  source: readings,
  entities: [sensor],
  windows: { n: features.count().over("30m") },
  latest: { look: "look" },
});
const service = features.featureService("sensors", [recent]);
const spine = tableFromRows([{ sensor: "A", at: 0 }], { sensor: t.utf8, at: t.instant });
const inputs = [{ sensor: "A" }];
const atMs = Float64Array.of(0);

/** What a refusal says; another error fails the test, and so does none. */
async function refusal(work: () => unknown): Promise<string> {
  try {
    await work();
  } catch (error) {
    if (isSluiceError(error)) return `${error.code}: ${error.found} | ${error.expected} | ${error.fix}`;
    throw error;
  }
  return "nothing refused";
}

const required = {
  materialize: { to: 0 },
  backfill: { from: 0, to: 0 },
  training: { spine, at: "at" },
  nearest: { k: 1 },
};

/** Every call with options: its arguments before them, a mistyped option of it, and the one that was meant. */
const calls = {
  online: [[service, inputs[0]], "atms", "atMs"],
  onlineMany: [[service, inputs], "at", "atMs"],
  vectors: [[service, inputs], "signl", "signal"],
  nearest: [[recent, "look", [1, 0]], "metrik", "metric"],
  training: [[service], "source", "sources"],
  profile: [[service, spine], "samplerows", "sampleRows"],
  replay: [[service, { inputs, atMs, columns: {} }], "onprogress", "onProgress"],
  skew: [[service], "explain", "explainRows"],
  served: [[service], "limits", "limit"],
  materialize: [[service], "rowsAtonce", "rowsAtOnce"],
  backfill: [[service], "lesae", "lease"],
  push: [[readings, []], "too", "to"],
  flush: [[], "onFail", "onFailure"],
  collect: [[], "dryrun", "dryRun"],
  catalog: [[], "columns", "column"],
} as const;

test("an unknown option of a call is refused, and answered with the one that was meant", async () => {
  await withWorkbench(
    async ({ store, options }) => {
      const calling = (call: string, ...args: readonly unknown[]) =>
        refusal(() => (store as unknown as Untyped)[call]?.call(store, ...args));
      await store.apply([service]);
      const missed = Object.getOwnPropertyNames(features.FeatureStore.prototype).filter(
        (name) => !Object.hasOwn(calls, name),
      );
      expect(missed.sort()).toEqual(["apply", "constructor", "current", "history", "known", "plan", "register"]);
      for (const [call, [args, mistyped, meant]] of Object.entries(calls)) {
        const needed = call in required ? required[call as keyof typeof required] : {};
        const wrong = await calling(call, ...args, { ...needed, [mistyped]: 1 });
        expect(wrong).toMatch(
          new RegExp(`^argument/invalid: the option "${mistyped}" of features\\.${call}\\(\\) \\| `),
        );
        expect(wrong).toMatch(new RegExp(`\\| Did you mean "${meant}"\\?$`));
        expect(await calling(call, ...args, { ...needed, zzz: 1 })).toMatch(/\| Leave it out, or name one of these\.$/);
        for (const none of [null, 5, "x", [1]])
          expect(await calling(call, ...args, none)).toMatch(
            new RegExp(`^argument/invalid: features\\.${call}\\(\\) with .* as options \\| an object`),
          );
        for (const name of Object.keys(needed))
          expect(await calling(call, ...args, { ...needed, [name]: undefined })).toContain(
            `argument/invalid: features.${call}() without ${name} |`,
          );
        if (Object.keys(needed).length > 0)
          expect(await calling(call, ...args)).toContain(`features.${call}() with undefined as options |`);
        if (call !== "profile" && call !== "catalog" && call !== "served")
          expect(await calling(call, ...args, { ...needed, signal: 5 })).toContain("that is none | an AbortSignal |");
      }
      await using ws = await openWorkspace({ path: temporaryFolder(), featureLog: { rates: 1 } as object });
      expect(await refusal(() => ws.features.catalog())).toContain('the option "rates" of featureLog |');
      const wrong = () => new features.FeatureStore({ ...options, retenton: "1d" } as typeof options);
      expect(await refusal(wrong)).toContain('Did you mean "retention"?');
      // Hosts spread what they have, with parts of others in it.
      new features.FeatureStore({ ...options, blobs: {}, close: () => undefined } as typeof options);
      expect(await refusal(() => new features.FeatureStore({} as typeof options))).toContain("without datasets");
    },
    { vectors: memoryVectors() },
  );
});

test("a call without its arguments, or with something else, is told what it needs", async () => {
  await withWorkbench(
    async ({ store }) => {
      await store.apply([service]);
      const wrong = async (call: string, ...args: readonly unknown[]) =>
        expect(await refusal(() => (store as unknown as Untyped)[call]?.call(store, ...args)), call).toMatch(
          /^(argument|features)\/invalid/,
        );
      for (const call of ["register", "plan", "apply", "current", "history", ...Object.keys(calls)])
        if (!["flush", "collect", "catalog"].includes(call)) await wrong(call);
      await wrong("current", service);
      await wrong("history", 5);
      await wrong("catalog", { text: 5 });
      await wrong("profile", service);
      await wrong("profile", service, {});
      await wrong("onlineMany", service);
      await wrong("onlineMany", service, [{ sensor: "A" }], { atMs: new Date(0) });
      await wrong("vectors", service, null);
      await wrong("online", service, { sensor: "A" }, { atMs: "2020" });
      await wrong("online", service, { sensor: "A" }, { atMs: new Date(0) });
      await wrong("backfill", undefined, { from: 0, to: 1 });
      await wrong("nearest", "recent", "look", [1, 0], { k: 1 });
      await wrong("nearest", recent, "look", undefined, { k: 1 });
      await wrong("push", readings);
      await wrong("push", readings, [null]);
      await wrong("push", service, []);
      for (const logged of [
        undefined,
        inputs,
        {},
        { inputs, atMs },
        { inputs, atMs, values: [1, 2], statuses: [1, 1] },
      ])
        await wrong("replay", service, logged);
      await wrong("replay", service, { inputs, atMs, columns: [] });
      await wrong("replay", service, { inputs, atMs, columns: { "recent.n": [1] } });
      await wrong("replay", service, { inputs, atMs: [0], values: Float64Array.of(1), statuses: Uint8Array.of(1) });
    },
    { vectors: memoryVectors() },
  );
});

type Inputs = { readonly [name: string]: { readonly [method: string]: (...args: readonly unknown[]) => unknown } };
const fields = request?.({ km: t.float64, s: t.utf8, at: t.instant, b: t.bool });
const computed = (build: (inputs: Inputs) => unknown) => () =>
  onDemand?.("x", { inputs: [fields], features: (given: Inputs) => ({ a: build(given) }) });
const view = (more: object) => () =>
  featureView?.("x", { source: readings, entities: [sensor], latest: { a: "v" }, ...more });

/** Definitions that cannot be, and a part of what is said of each. */
const definitions: readonly (readonly [() => unknown, string])[] = [
  [() => entity?.("x"), 'entity "x"'],
  [() => featureView?.("x"), 'feature view "x" with undefined as options'],
  [view({ ttlMs: 5 }), 'the option "ttlMs" of feature view "x" | options among'],
  [view({ window: {} }), 'Did you mean "windows"?'],
  [view({ entities: sensor }), "entities that are no list"],
  [view({ tags: "a" }), "tags that are no list"],
  [view({ owner: 5 }), "the owner 5"],
  [() => featureService?.("x", recent), "no list of views"],
  [() => featureService?.("x", [undefined]), "a value of type undefined as view 0"],
  [() => featureService?.("x", [fields]), "a definition of kind request as view 0"],
  [() => featureService?.("x", [recent], { ownr: "me" }), 'Did you mean "owner"?'],
  [() => alias?.("x"), 'no view in alias "x"'],
  [() => alias?.("x", service, {}), 'no view in alias "x"'],
  [() => alias?.("x", recent, { sensor: 5 }), "the name 5"],
  [() => alias?.("x", recent, {}, { tag: "a" }), 'Did you mean "tags"?'],
  [() => onDemand?.("x"), 'on-demand view "x" with undefined as options'],
  [() => onDemand?.("x", { features: () => ({}) }), 'on-demand view "x" without inputs'],
  [() => onDemand?.("x", { inputs: recent, features: () => ({}) }), "inputs that are no list"],
  [() => onDemand?.("x", { inputs: [undefined], features: () => ({}) }), "input 0, which is a value of type undefined"],
  [() => onDemand?.("x", { inputs: [service], features: () => ({}) }), "a definition of kind service"],
  [() => onDemand?.("x", { inputs: [recent], features: () => undefined }), "a function that returns undefined"],
  [() => onDemand?.("x", { inputs: [recent], features: async () => ({}) }), "a function that returns a promise"],
  [() => onDemand?.("x", { inputs: [recent], feature: () => ({}) }), 'Did you mean "features"?'],
  [computed((given) => (given["km"] as unknown as { times(x: number): unknown }).times(2)), "Did you mean .mul(…)?"],
  [computed((given) => (given["km"] as unknown as { flor(): unknown }).flor()), "Did you mean .floor(…)?"],
  [computed(({ km }) => km?.["mul"]?.("2")), '"2" as an operand | a constant or an expression of type f64'],
  [computed(({ km }) => km?.["mul"]?.()), "undefined as an operand"],
  [computed(({ km, s }) => km?.["add"]?.(s)), "an expression of type utf8 as an operand"],
  [computed(({ km }) => km?.["clamp"]?.(1)), "undefined as an operand"],
  [computed(({ km }) => km?.["nullIf"]?.("1")), '"1" as an operand'],
  [computed(({ km }) => km?.["bucket"]?.(5)), "a function that fails"],
  [computed(({ s }) => s?.["concat"]?.(1)), "1 as an operand"],
  [computed(({ s }) => s?.["oneHot"]?.("a")), "a function that fails"],
  [computed(({ s }) => s?.["startsWith"]?.(/a/)), "a value of type object as an operand"],
  [computed(({ at }) => at?.["gt"]?.("2020")), '"2020" as an operand | a constant or an expression of type instant'],
  [computed(({ at }) => at?.["gt"]?.(new Date(0))), "a Date as an operand"],
  [computed(({ b }) => b?.["and"]?.(1)), "1 as an operand"],
  [
    computed(({ km }) => pure?.((x: number) => x, { version: "1", inputs: [km], typ: t.float64 })),
    'Did you mean "type"?',
  ],
  [() => pure?.(5, { version: "1", inputs: [], type: t.float64 }), "no function"],
  [() => request?.(), "no fields"],
  [() => request?.({ km: "f64" }), 'the field "km" without a type'],
  [() => mean?.(), "no column in mean(…)"],
  [() => lastK?.(undefined, 3), "no column in lastK(…)"],
  [() => features.count().tumbling("1h", 5 as never), "a tumbling window of count() with a number as options"],
  [() => features.count().tumbling("1h", { ofset: "5m" } as never), 'Did you mean "offset"?'],
  [() => features.count().session({ gap: "5m", maximum: "1h" } as never), 'Did you mean "max"?'],
  [() => nullable?.("f64"), 'nullable("f64")'],
  [() => topK?.(Float32Array.of(1), 1, Float32Array.of(1), { k: 1, metrc: "dot" }), 'Did you mean "metric"?'],
  [() => topK?.(), "topK() with undefined as options"],
];

test("a definition that cannot be is refused by its name, and says what was meant", async () => {
  expect(count).toBeTypeOf("function");
  for (const [define, says] of definitions) {
    const said = await refusal(define);
    expect(said).toMatch(/^(definition|argument)\/invalid/);
    expect(said).toContain(says);
  }
});

test("constants stand where expressions do, instants as epoch milliseconds", () => {
  const given = features.request({ km: t.float64, at: t.instant });
  const made = features.onDemand("x", {
    inputs: [given],
    features: ({ km, at }) => ({ twice: km.mul(2), later: at.gt(0), capped: km.clamp(0, km.add(1)) }),
  });
  expect(Object.keys(made.features)).toEqual(["twice", "later", "capped"]);
});

test("a close name is one of other letter case, a beginning, or few other letters", () => {
  const names = ["atMs", "signal", "onProgress"];
  expect(["ATMS", "at", "signl", "onprogres", "x", "owner", ""].map((name) => closeName(name, names))).toEqual([
    "atMs",
    "atMs",
    "signal",
    "onProgress",
    undefined,
    undefined,
    undefined,
  ]);
});
