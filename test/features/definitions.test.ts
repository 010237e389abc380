import { expect, test } from "vitest";
import type { NumberExpression } from "../../src/contracts/expression.ts";
import { isSluiceError } from "../../src/core/errors.ts";
import {
  alias,
  count,
  distinct,
  entity,
  featureService,
  featureView,
  lastK,
  mean,
  mostFrequent,
  nullable,
  onDemand,
  pure,
  request,
  t,
} from "../../src/features/index.ts";
import { plainDataset } from "./plain-dataset.ts";

const flights = plainDataset(
  "flights",
  { time: t.instant, known: t.instant, origin: t.utf8, delay: t.float64, code: t.utf8 },
  { knownTime: "known" },
);
const airport = entity("airport", { origin: t.utf8 });
const base = {
  source: flights,
  entities: [airport],
  windows: { n: count().over("1h"), d: mean("delay").over("1d") },
} as const;
const load = featureView("load", base);

/** The message of the definition error that making something throws. */
function refusal(make: () => unknown): string {
  try {
    make();
  } catch (error) {
    if (isSluiceError(error, "definition/invalid")) return error.found;
    throw error;
  }
  throw new Error("a refusal expected");
}

test("a column that is not there is answered with those that would do", () => {
  const fix = (windows: object) => {
    try {
      featureView("load", { ...base, windows } as never);
    } catch (error) {
      return isSluiceError(error) ? error.fix : error;
    }
    throw new Error("a refusal expected");
  };
  expect(fix({ x: mean("dealy").over("1h") })).toBe("Name one of these: delay.");
  expect(fix({ x: lastK("toString", 2).over("1h") })).toBe("Name one of these: origin, delay, code.");
});

test("what only types forbid is a refusal too, not a TypeError", () => {
  const view = (options: object) => refusal(() => featureView("load", { ...base, ...options } as never));
  expect(view({ windows: { x: mean("delay") } })).toBe('the feature "x" without a window in feature view "load"');
  expect(view({ entities: ["airport"] })).toBe('the entity "airport" in feature view "load"');
  expect(refusal(() => entity("user", undefined as never))).toBe('no key in entity "user"');
  expect(refusal(() => entity("user", ["user"] as never))).toBe('the key "0" without a type in entity "user"');
  expect(refusal(() => featureService("s", load as never))).toBe('no list of views in feature service "s"');
  expect(refusal(() => mean("delay").session(undefined as never))).toBe('a session without a gap in mean("delay")');
  expect(alias("again", load, undefined as never).keys).toEqual({ origin: t.utf8 });
  expect(refusal(() => mean(undefined as never))).toContain("no column");
  expect(refusal(() => featureView(undefined as never, base))).toContain("the name undefined");
});

test("an operand, a feature or a function that is not there is refused where it is missing", () => {
  const trip = (features: (km: NumberExpression<false>) => unknown) =>
    refusal(() =>
      onDemand("trip", { inputs: [request({ km: t.float64 })], features: ({ km }) => features(km) as never }),
    );
  expect(trip((km) => ({ x: km.add(undefined as never) }))).toContain("undefined as an operand");
  expect(trip((km) => ({ x: km.between(0, null as never) }))).toContain("null as an operand");
  expect(trip((km) => ({ x: km.gt(new Date(0) as never) }))).toContain("a Date as an operand");
  expect(trip(() => undefined)).toBe("a function that returns undefined");
  const version = { inputs: [], type: t.float64 };
  expect(trip(() => ({ x: pure(() => 1, version as never) }))).toContain("without version");
  expect(trip(() => ({ x: pure(() => 1, { ...version, version: "" }) }))).toBe("a pure function without a version");
  expect(trip(() => ({ x: pure(undefined as never, { ...version, version: "1" }) }))).toContain("no function");
});

test("mistakes are refused before anything runs, naming the definition", () => {
  // Types refuse most of these too: the plain-JavaScript caller gets the same answer.
  const view = (options: object) => refusal(() => featureView("load", { ...base, ...options } as never));
  expect(view({ entities: [entity("e", { gate: t.utf8 })] })).toBe(
    'the key "gate", which dataset "flights" lacks in feature view "load"',
  );
  expect(view({ entities: [entity("e", { delay: t.utf8 })] })).toBe(
    'the key "delay" of type utf8 in feature view "load"',
  );
  expect(view({ entities: [airport, airport] })).toBe('the key "origin" twice in feature view "load"');
  expect(view({ windows: {} })).toBe('no feature in feature view "load"');
  expect(view({ windows: { x: mean("code").over("1h") } })).toBe(
    'the column "code" of type utf8 in feature view "load"',
  );
  expect(view({ windows: { x: mean("dealy").over("1h") } })).toBe(
    'the column "dealy", which dataset "flights" lacks in feature view "load"',
  );
  expect(view({ windows: { "a.b": count().over("1h") } })).toBe('the name "a.b" in feature view "load"');
  expect(view({ latest: { n: "delay" } })).toBe('the feature "n" twice in feature view "load"');
  expect(view({ latest: { x: "cod" } })).toBe('the column "cod", which dataset "flights" lacks in feature view "load"');
  expect(view({ source: undefined })).toBe('no source in feature view "load"');
  expect(view({ source: { ...flights, eventTime: undefined } })).toBe(
    'no event time of dataset "flights" in feature view "load"',
  );
  expect(view({ source: { ...flights, eventTime: "tiem" } })).toBe(
    'the event time "tiem", which is no column of dataset "flights" in feature view "load"',
  );
  expect(view({ source: { ...flights, knownTime: "delay" } })).toBe(
    'the known time "delay" of type f64 of dataset "flights" in feature view "load"',
  );
  expect(view({ entities: undefined })).toBe('no entities in feature view "load"');
  expect(refusal(() => count().over(0))).toBe("the window 0 in count()");
  expect(refusal(() => mean("delay").over("soon"))).toBe('the window "soon" in mean("delay")');
  expect(refusal(() => mean("delay").tumbling("0s"))).toBe('the tumbling window "0s" in mean("delay")');
  expect(refusal(() => count().tumbling("1h", { offset: "60m" }))).toBe(
    'the offset "60m" of a tumbling window "1h" in count()',
  );
  expect(refusal(() => count().tumbling("1h", { offset: -1 }))).toBe("the offset -1 in count()");
  expect(refusal(() => count().session({ gap: 0 }))).toBe("the gap 0 in count()");
  expect(refusal(() => distinct("delay").session({ gap: 0.4 }))).toBe('the gap 0.4 in distinct("delay")');
  expect(refusal(() => count().session({ gap: "1h", max: "10m" }))).toBe(
    'the max "10m" of a session with the gap "1h" in count()',
  );
  expect(refusal(() => count().session({ gap: "1h", keep: "59m" }))).toBe(
    'the keep "59m" of a session with the gap "1h" in count()',
  );
  expect(refusal(() => count().session({ gap: "soon" }))).toBe('the gap "soon" in count()');
  expect(refusal(() => lastK("code", 0))).toBe('k = 0 in lastK("code")');
  expect(refusal(() => lastK("code", 1.5))).toBe('k = 1.5 in lastK("code")');
  expect(refusal(() => mostFrequent("code", 1001))).toBe('k = 1001 in mostFrequent("code")');
  expect(view({ windows: { x: mostFrequent("time", 2).over("1h") } })).toBe(
    'the column "time" of type instant in feature view "load"',
  );
  expect(refusal(() => entity("e", {}))).toBe('no key in entity "e"');
  expect(refusal(() => entity("e", { k: nullable(t.utf8) }))).toBe('the nullable key "k" in entity "e"');
  expect(refusal(() => featureService("s", []))).toBe('no view in feature service "s"');
  expect(refusal(() => featureService("s", [load, load]))).toBe('the view "load" twice in feature service "s"');
  const other = featureView("load", { ...base, knownDelay: "1h" });
  expect(refusal(() => featureService("s", [load, other]))).toBe(
    'two views named "load" (of flights, of flights) in feature service "s"',
  );
  expect(refusal(() => onDemand("o", { inputs: [load, request({ load: t.float64 })], features: () => ({}) }))).toBe(
    'the input "load" twice in on-demand view "o"',
  );
  expect(refusal(() => onDemand("o", { inputs: [load], features: () => ({}) }))).toBe(
    'no feature in on-demand view "o"',
  );
  expect(refusal(() => onDemand("o", { inputs: [request({ a: t.int64 })], features: ({ a }) => ({ b: a }) }))).toBe(
    'the feature "b" of type i64 in on-demand view "o"',
  );
  const wide = onDemand("o", { inputs: [request({ origin: t.float64 })], features: ({ origin }) => ({ b: origin }) });
  expect(refusal(() => featureService("s", [load, wide]))).toBe('"origin" as utf8 and as f64 in feature service "s"');
});

test("a cycle between views is refused by its names", () => {
  // Views are made of views that are there already: only a definition that was put together by hand can take itself.
  const half = onDemand("half", { inputs: [load], features: ({ load: f }) => ({ d: f.d.div(2) }) });
  const inputs = [half];
  const quarter = { ...half, name: "quarter", body: { ...half.body, inputs } } as const;
  const looped = { ...half, body: { ...half.body, inputs: [quarter] } } as typeof half;
  inputs[0] = looped;
  expect(refusal(() => featureService("s", [looped]))).toBe('the cycle half → quarter → half in feature service "s"');
});

test("the hash is the meaning: it changes with it, and with nothing else", () => {
  const again = featureView("load", {
    ...base,
    windows: { d: mean("delay").over(86_400_000), n: count().over("60m") },
  });
  expect(again.hash).toBe(load.hash);
  const variants = [
    featureView("load", { ...base, ttl: "1h" }),
    featureView("load", { ...base, knownDelay: "1h" }),
    featureView("load", { ...base, windows: { ...base.windows, n: count().over("2h") } }),
    ...[
      count().over("1d"),
      count().tumbling("1d"),
      count().tumbling("1d", { offset: "1ms" }),
      count().tumbling("2d"),
      count().session({ gap: "1h" }),
      count().session({ gap: "2h" }),
      count().session({ gap: "1h", max: "2d" }),
      count().session({ gap: "1h", keep: "2d" }),
      lastK("delay", 2).over("1d"),
      lastK("delay", 3).over("1d"),
      mostFrequent("delay", 3).over("1d"),
      mostFrequent("code", 3).over("1d"),
    ].map((n) => featureView("load", { ...base, windows: { ...base.windows, n } })),
    featureView("load", { ...base, latest: { last: "delay" } }),
    featureView("load", { ...base, source: { ...flights, knownTime: undefined } }),
    featureView("load", { ...base, source: { ...flights, name: "other" } }),
    featureView("load", { ...base, entities: [entity("airport", { code: t.utf8 })] }),
  ];
  const hashes = variants.map((view) => view.hash);
  expect(new Set([...hashes, load.hash]).size).toBe(variants.length + 1);
});

test("a list has the type of its column", () => {
  const { features } = featureView("load", {
    ...base,
    windows: { codes: lastK("code", 2).over("1h"), delays: mostFrequent("delay", 2).tumbling("1h") },
  });
  expect(features).toEqual({
    codes: { tag: "utf8[]", nullable: true },
    delays: { tag: "f64[]", nullable: true },
  });
});

test("the bounds of a session and the units of lengths are what they are, however they are said", () => {
  const of = (n: ReturnType<ReturnType<typeof count>["over"]>) => featureView("load", { ...base, windows: { n } }).hash;
  expect(of(count().session({ gap: "1h", max: "24h", keep: 86_400_000 }))).toBe(of(count().session({ gap: "60m" })));
  expect(count().session({ gap: "2d" }).window).toMatchObject({ maxMs: 172_800_000, keepMs: 172_800_000 });
  expect(of(count().tumbling("1.1h", { offset: 0 }))).toBe(of(count().tumbling(3_960_000)));
});

test("a service's hash is a root over its views, through what they take; its schema hash covers names, order and types", () => {
  const derive = (from: typeof load) =>
    onDemand("half", { inputs: [from], features: ({ load: f }) => ({ d: f.d.div(2) }) });
  const delayed = featureView("load", { ...base, knownDelay: "1h" });
  const service = featureService("s", [derive(load)]);
  const changed = featureService("s", [derive(delayed)]);
  expect(service.schemaHash).toBe(changed.schemaHash);
  expect(service.hash).not.toBe(changed.hash);
  const reordered = featureView("load", { ...base, windows: { d: base.windows.d, n: base.windows.n } });
  expect(featureService("s", [reordered]).schemaHash).not.toBe(featureService("s", [load]).schemaHash);
  expect(service.input).toEqual({ origin: t.utf8 });
  expect(service.features).toEqual([{ name: "half.d", type: { tag: "f64", nullable: true } }]);
});

test("hashes are the same in every process: golden", () => {
  expect(load.hash).toMatchInlineSnapshot(`"sha256:eca4073427d196a714d56344ce8c9393659669dae33b9e08bba78de53b1bd3a3"`);
  expect(featureService("s", [load]).hash).toMatchInlineSnapshot(
    `"sha256:2de8da22b234a2eaa191fc21af4b5dc33277c15c634723be26a4631db06ff34a"`,
  );
});

test("vectors and lists are column types of their own; neither is a key or a request field", () => {
  expect(t.vector(3)).toEqual({ tag: "f64[]", nullable: false, size: 3 });
  expect(nullable(t.vector(3))).toEqual({ tag: "f64[]", nullable: true, size: 3 });
  expect([t.list(t.float64).tag, t.list(t.utf8).tag]).toEqual(["f64[]", "utf8[]"]);
  for (const size of [0, 1.5, Number.NaN, 65_537]) expect(() => t.vector(size)).toThrowError(/argument\/invalid/);
  expect(refusal(() => entity("item", { embedding: t.vector(2) }))).toMatch(/the key "embedding" of type f64\[\]/);
  expect(refusal(() => request({ tags: t.list(t.utf8) }))).toMatch(/the field "tags" of type utf8\[\]/);
});
