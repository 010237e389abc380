import { afterEach, expect, test } from "vitest";
import type { Gate, PromotionPolicy } from "../../src/contracts/gate.ts";
import { isSluiceError } from "../../src/core/errors.ts";
import { type Random, seededRandom } from "../../src/core/random.ts";
import { ContentRegistry } from "../../src/registry/content/content-registry.ts";
import { beatsChampion } from "../../src/registry/gates/beats-champion.ts";
import { gate } from "../../src/registry/gates/gate.ts";
import { modelCard } from "../../src/registry/gates/model-card.ts";
import { noSliceRegression } from "../../src/registry/gates/no-slice-regression.ts";
import { originCertified } from "../../src/registry/gates/origin-certified.ts";
import { threshold } from "../../src/registry/gates/threshold.ts";
import { ModelRegistry } from "../../src/registry/model-registry.ts";
import { defaultPolicy } from "../../src/registry/policy/default-policy.ts";
import { policyDigest } from "../../src/registry/policy/policy-digest.ts";
import { policyFromJson, policyToJson } from "../../src/registry/policy/policy-json.ts";
import { soundPolicy } from "../../src/registry/policy/sound-policy.ts";
import { openRegistry, type RegistryFixture } from "./registry-fixture.ts";

// Policies as plain JavaScript and edited files have them: what is malformed is refused by its path, at the definition, and never judges.

let open: RegistryFixture | undefined;
afterEach(async () => {
  await open?.close();
  open = undefined;
});

const own = gate("rows", { atLeast: 1, more: [{ a: 1 }] }, () => ({ outcome: "pass", reason: "yes" }), {
  version: "1",
});
const base = {
  ...defaultPolicy({ threshold: { atLeast: 0.6 }, gates: [own, noSliceRegression("auc", { column: "carrier" })] }),
  version: "2026-11",
  aliases: { eu: { stage: "candidate", gates: [own], approvals: 1, roles: { risk: 1 }, identity: "stated" } },
  breakGlass: { roles: ["on-call"], maxDurationMs: 3_600_000 },
} as const satisfies PromotionPolicy;
const staging = (rules: unknown): unknown => ({ name: "p", transitions: { staging: rules } });
const gates = (one: unknown): unknown => staging({ gates: [one], approvals: 0 });
const judged = { gate: "own", params: {}, judge: own.judge };
const inItself: { [name: string]: unknown } = { gate: 1 };
inItself["self"] = [inItself];
const [beats] = [beatsChampion("auc", { first: "allow" })];

const malformed: readonly (readonly [what: string, policy: unknown, path: string])[] = [
  ["null", null, "null as a promotion policy"],
  ["a text", "strict", '"strict" as a promotion policy'],
  ["a bigint", 5n, "5 as a promotion policy"],
  ["a list", [], "a list as a promotion policy"],
  ["no name", { transitions: {} }, "at name"],
  ["a blank name", { name: " ", transitions: {} }, "at name"],
  ["half a character as its name", { name: "\ud800", transitions: {} }, "at name"],
  ["a number as version", { ...base, version: 2 }, "at version"],
  ["a misspelled breakGlass", { ...base, breakglass: base.breakGlass }, "at breakglass"],
  ["no transitions", { name: "p" }, "at transitions"],
  ["a Map of transitions", { name: "p", transitions: new Map() }, "at transitions"],
  ["an unknown stage", { name: "p", transitions: { live: { gates: [], approvals: 0 } } }, "at transitions.live"],
  ["null rules", staging(null), "at transitions.staging"],
  ["no gates", staging({ approvals: 0 }), "at transitions.staging.gates"],
  ["a text as gates", staging({ gates: "all", approvals: 0 }), "at transitions.staging.gates"],
  ["a hole among the gates", staging({ gates: new Array(1), approvals: 0 }), "at transitions.staging.gates[0]"],
  ["approvals as text", staging({ gates: [], approvals: "1" }), "at transitions.staging.approvals"],
  ["approvals as NaN", staging({ gates: [], approvals: Number.NaN }), "at transitions.staging.approvals"],
  ["approvals as bigint", staging({ gates: [], approvals: 1n }), "at transitions.staging.approvals"],
  ["half an approval", staging({ gates: [], approvals: 0.5 }), "at transitions.staging.approvals"],
  ["misspelled roles", staging({ gates: [], approvals: 0, role: { risk: 1 } }), "at transitions.staging.role"],
  [
    "a Map of roles",
    staging({ gates: [], approvals: 0, roles: new Map([["risk", 1]]) }),
    "at transitions.staging.roles",
  ],
  [
    "no approval of a role",
    staging({ gates: [], approvals: 0, roles: { risk: 0 } }),
    "at transitions.staging.roles.risk",
  ],
  ["an odd role", staging({ gates: [], approvals: 0, roles: { "a b": "1" } }), 'at transitions.staging.roles["a b"]'],
  ["true as identity", staging({ gates: [], approvals: 0, identity: true }), "at transitions.staging.identity"],
  ["a bigint as identity", staging({ gates: [], approvals: 0, identity: 1n }), "at transitions.staging.identity"],
  ["a stage of a transition", staging({ gates: [], approvals: 0, stage: "staging" }), "at transitions.staging.stage"],
  ["a gate that is null", gates(null), "at transitions.staging.gates[0]"],
  ["a gate that is a text", gates("threshold:auc"), "at transitions.staging.gates[0]"],
  ["a gate without a name", gates({ params: {}, judge: own.judge }), "at transitions.staging.gates[0].gate"],
  ["a gate named by a symbol", gates({ ...judged, gate: Symbol("x") }), "at transitions.staging.gates[0].gate"],
  ["a gate without a judge", gates({ gate: "own", params: {} }), "at transitions.staging.gates[0].judge"],
  ["a judge as text", gates({ ...judged, judge: "pass" }), "at transitions.staging.gates[0].judge"],
  ["a gate without parameters", gates({ gate: "own", judge: own.judge }), "at transitions.staging.gates[0].params"],
  ["an unknown member of a gate", gates({ ...judged, first: 5 }), "at transitions.staging.gates[0].first"],
  ["a version of a gate as number", gates({ ...judged, version: 1 }), "at transitions.staging.gates[0].version"],
  [
    "a function in parameters",
    gates({ ...judged, params: { a: [() => 1] } }),
    "transitions.staging.gates[0].params.a[0]",
  ],
  ["a symbol in parameters", gates({ ...judged, params: { a: Symbol("x") } }), "transitions.staging.gates[0].params.a"],
  ["a bigint in parameters", gates({ ...judged, params: { a: 1n } }), "transitions.staging.gates[0].params.a"],
  ["NaN in parameters", gates({ ...judged, params: { a: Number.NaN } }), "transitions.staging.gates[0].params.a"],
  ["a Date in parameters", gates({ ...judged, params: { a: new Date(0) } }), "transitions.staging.gates[0].params.a"],
  ["a Map as parameters", gates({ ...judged, params: new Map() }), "transitions.staging.gates[0].params"],
  ["parameters in themselves", gates({ ...judged, params: inItself }), "transitions.staging.gates[0].params.self"],
  ["first: 5", gates({ ...beats, params: { ...Object(beats.params), first: 5 } }), "at transitions.staging.gates[0]"],
  ["a bound left out", gates({ ...beats, params: { metric: "auc" } }), "at transitions.staging.gates[0].params"],
  ["another gate's name", gates({ ...beats, gate: "beatsChampion:brier" }), "at transitions.staging.gates[0]"],
  ["a metric that nothing measures", gates(beatsChampion("auk")), "at transitions.staging.gates[0].params.metric"],
  ["a metric with a floor under a loss", gates(threshold("logLoss", { atLeast: 0.5 })), "gates[0].params.atLeast"],
  ["a metric with a ceiling alone", gates(threshold("f1@0.5", { atMost: 0.9 })), "staging.gates[0].params.atMost"],
  ["aliases as list", { ...base, aliases: [] }, "at aliases"],
  ["the registry's alias", { ...base, aliases: { champion: base.aliases.eu } }, "at aliases.champion"],
  ["an alias without a stage", { ...base, aliases: { eu: { gates: [], approvals: 0 } } }, "at aliases.eu.stage"],
  ["an alias of no stage", { ...base, aliases: { eu: { ...base.aliases.eu, stage: 5 } } }, "at aliases.eu.stage"],
  ["breakGlass as true", { ...base, breakGlass: true }, "at breakGlass"],
  ["breakGlass for nobody", { ...base, breakGlass: { roles: [], maxDurationMs: 1 } }, "at breakGlass.roles"],
  ["breakGlass for a number", { ...base, breakGlass: { roles: ["a", 5], maxDurationMs: 1 } }, "at breakGlass.roles[1]"],
  ["breakGlass without a hole's role", { ...base, breakGlass: { roles: new Array(1), maxDurationMs: 1 } }, "roles[0]"],
  [
    "breakGlass without end",
    { ...base, breakGlass: { roles: ["a"], maxDurationMs: "1h" } },
    "at breakGlass.maxDurationMs",
  ],
  [
    "breakGlass for ever",
    { ...base, breakGlass: { roles: ["a"], maxDurationMs: Number.POSITIVE_INFINITY } },
    "maxDurationMs",
  ],
];

test.each(malformed)("a policy with %s is refused by its path", (what, policy, path) => {
  const refusal = { name: "SluiceError", code: "definition/invalid", found: expect.stringContaining(path) };
  const tried = [() => soundPolicy(policy), () => policyDigest(policy as never), () => policyToJson(policy as never)];
  // The digest knows of any metric: those of prompts and configs are the host's own.
  for (const work of what.startsWith("a metric") ? tried.slice(0, 1) : tried)
    expect(errorOf(work)).toMatchObject(refusal);
});

test("a bound where the metric is better stands beside one where it is worse, and of a metric of one's own alone", () => {
  const ranges: readonly (readonly Gate[])[] = [
    [threshold("auc", { atLeast: 0.7 }), threshold("auc", { atMost: 0.99 })],
    [threshold("logLoss", { atLeast: 0.01 }), threshold("logLoss", { atMost: 0.6 })],
    [threshold("custom:profit", { atMost: 1 })],
  ];
  for (const range of ranges) expect(() => soundPolicy(staging({ gates: range, approvals: 0 }))).not.toThrow();
  const stages = {
    staging: { gates: ranges[0], approvals: 0 },
    production: { gates: ranges[0]?.slice(1), approvals: 1 },
  };
  expect(() => soundPolicy({ name: "p", transitions: stages })).not.toThrow();
  expect(errorOf(() => soundPolicy(gates(threshold("logLoss", { atLeast: 0.5 }))))).toMatchObject({
    expected: expect.stringContaining('of "logLoss" lower is better'),
    fix: "Say atMost in place of atLeast; for a range, add a gate with atMost.",
  });
});

test("a registry is not made with a malformed policy, of models or of anything else", async () => {
  open = await openRegistry();
  const { options } = open;
  for (const [what, policy] of malformed) {
    expect(() => new ModelRegistry({ ...options, policy: policy as never }), what).toThrow("definition/invalid");
    if (what.startsWith("a metric")) continue;
    for (const kind of ["prompt", "config"]) {
      const given = { ...options, source: open.registry, policies: { [kind]: policy as never } };
      expect(() => new ModelRegistry(given), what).toThrow("definition/invalid");
      expect(() => new ContentRegistry(given), what).toThrow("definition/invalid");
    }
  }
  for (const policies of [null, 5, [], { promt: base }])
    expect(() => new ModelRegistry({ ...options, policies: policies as never })).toThrow("definition/invalid");
});

test("what is changed in a policy after the registry was made is not judged by, and not digested", async () => {
  const rules: { gates: Gate[]; approvals: number } = { gates: [originCertified({ keys: ["k"] })], approvals: 1 };
  let reads = 0;
  const policy = {
    name: "p",
    transitions: {
      staging: rules,
      // One approval when it is looked at, none when it is judged.
      candidate: {
        gates: [own],
        get approvals() {
          reads += 1;
          return reads === 1 ? 1 : 0;
        },
      },
    },
  };
  open = await openRegistry({ policy });
  const version = await open.registerSkill(1);
  const before = (await open.registry.explain(version, "staging")).policyDigest;
  rules.gates.length = 0;
  rules.gates.push(own);
  rules.approvals = 0;
  const explained = await open.registry.explain(version, "staging");
  expect(explained).toMatchObject({ wouldPass: false, policyDigest: before, approvals: { needed: 1 } });
  expect(explained.gates.map((one) => one.gate)).toEqual(["originCertified"]);
  expect(reads).toBe(1);
  expect(await open.registry.promote(version, "staging", { actor: "ada", reason: "now" })).toMatchObject({
    outcome: "refused",
  });
});

const throwing: object = {
  get gate(): never {
    throw new TypeError("a getter");
  },
};

test("a gate whose parameters are no longer those that were read stays closed", async () => {
  open = await openRegistry({ policy: "none" });
  const params = { bound: 0.9 };
  const lax: Gate = { gate: "lax", params, judge: () => ({ gate: "lax", outcome: "pass", reason: `${params.bound}` }) };
  const policy: PromotionPolicy = { name: "p", transitions: { staging: { gates: [lax], approvals: 0 } } };
  const registry = new ModelRegistry({ ...open.options, policy });
  const version = await open.registerSkill(1);
  expect((await registry.explain(version, "staging")).wouldPass).toBe(true);
  params.bound = 0.1;
  const { wouldPass, reasons } = await registry.explain(version, "staging");
  expect([wouldPass, ...reasons]).toEqual([
    false,
    'lax: fail: the gate threw: the policy changed: its parameters were {"bound":0.9} when the registry read it',
  ]);
});

/** What stands in for a part of a policy. */
const junk: readonly ((random: Random) => unknown)[] = [
  () => undefined,
  () => null,
  () => "threshold:auc",
  () => "",
  () => "\udfff",
  () => 5,
  () => -1,
  () => 0.5,
  () => Number.NaN,
  () => Number.POSITIVE_INFINITY,
  () => 1n,
  () => Symbol("s"),
  () => true,
  () => () => ({ outcome: "pass", reason: "junk" }),
  () => [],
  () => new Array(2),
  () => ({}),
  () => inItself,
  () => new Date(0),
  () => new Map([["risk", 1]]),
  () => new Set(["on-call"]),
  () => new Uint8Array(2),
  () => Object.create(null),
  () => JSON.parse('{"__proto__":{"approvals":0,"gates":[]}}'),
  () => new Proxy({}, { ownKeys: () => [], get: () => undefined }),
  () => throwing,
  () => own,
  () => beats,
  () => ({ ...beats, params: { metric: "auc", first: 5 } }),
  (random) => gatesOf(random),
];

function gatesOf(random: Random): unknown {
  return Array.from({ length: random.int(3) }, () => [own, beats, modelCard(), null][random.int(4)]);
}

/** A deep copy with one to three parts replaced, left out, renamed or added, at random places. */
function edited(value: unknown, random: Random): unknown {
  let copy = structure(value);
  for (let edits = 1 + random.int(3); edits > 0; edits--) copy = editedOnce(copy, random);
  return copy;
}

function structure(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(structure);
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  if (value === inItself || value === throwing) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, structure(member)]));
}

function editedOnce(value: unknown, random: Random): unknown {
  const isPart = typeof value === "object" && value !== null && value !== inItself && value !== throwing;
  if (!isPart || Object.keys(value).length === 0 || random.int(12) === 0)
    return (junk[random.int(junk.length)] ?? (() => null))(random);
  const names = Object.keys(value);
  const name = names[random.int(names.length)] ?? "";
  const part: object = Array.isArray(value) ? [...value] : { ...value };
  const kind = random.int(10);
  if (kind === 0) Reflect.deleteProperty(part, name);
  else if (kind === 1) Reflect.set(part, `${name}s`, Reflect.get(part, name));
  else Reflect.set(part, name, editedOnce(Reflect.get(part, name), random));
  return part;
}

function errorOf(work: () => unknown): unknown {
  try {
    work();
    return undefined;
  } catch (error) {
    return error;
  }
}

const refusalOf = (error: unknown): string =>
  isSluiceError(error, "definition/invalid") &&
  [error.found, error.expected, error.fix].every((part) => part.length > 0)
    ? "refused"
    : `a raw error: ${String(error)}`;

test("of 6000 edited policies each is refused as such, or is well formed with one digest", () => {
  const random = seededRandom("malformed policies");
  const counts = { refused: 0, sound: 0 };
  for (let i = 0; i < 6000; i++) {
    const policy = edited(base, random);
    const error = errorOf(() => soundPolicy(policy));
    const digests = [0, 1].map(() => errorOf(() => policyDigest(policy as never)));
    if (error !== undefined) {
      expect(refusalOf(error), `${i}`).toBe("refused");
      counts.refused += 1;
      for (const other of digests) if (other !== undefined) expect(refusalOf(other), `${i}`).toBe("refused");
      continue;
    }
    counts.sound += 1;
    const held = soundPolicy(policy);
    expect(policyDigest(held)).toBe(policyDigest(policy as never));
    expect(Object.values(held.transitions).every((one) => Number.isSafeInteger(one?.approvals))).toBe(true);
  }
  expect(counts.refused).toBeGreaterThan(4000);
  expect(counts.sound).toBeGreaterThan(100);
});

test("of 6000 edited policy files each is refused as such, or comes back with its digest", () => {
  const random = seededRandom("malformed policy files");
  const json = policyToJson(base);
  const counts = { refused: 0, sound: 0 };
  for (let i = 0; i < 6000; i++) {
    const file = edited(json, random);
    const error = errorOf(() => policyFromJson(file, { gates: [own] }));
    if (error !== undefined) {
      expect(refusalOf(error), `${i}`).toBe("refused");
      counts.refused += 1;
      continue;
    }
    counts.sound += 1;
    const read = policyFromJson(file, { gates: [own] });
    expect(policyDigest(policyFromJson(policyToJson(read), { gates: [own] }))).toBe(policyDigest(read));
  }
  expect(counts.refused).toBeGreaterThan(4000);
  expect(counts.sound).toBeGreaterThan(100);
});

test("edited policies promote nothing that the whole one would not", async () => {
  open = await openRegistry({ policy: base });
  const version = await open.registerSkill(1);
  const random = seededRandom("judged");
  const { options } = open;
  // Staging asks for a validated dataset, which is none: no edit within its gates but leaving one out opens it.
  open.others.validated = false;
  let refused = 0;
  let judgedOnes = 0;
  for (let i = 0; i < 300; i++) {
    const rules = structure(base.transitions.staging);
    const at = random.int(3);
    const edit = edited(Reflect.get(Object(rules), "gates")[at], random);
    Reflect.set(Reflect.get(Object(rules), "gates"), at, edit);
    const policy = { ...base, transitions: { staging: rules } };
    const error = errorOf(() => new ModelRegistry({ ...options, policy: policy as never }));
    if (error !== undefined) {
      expect(refusalOf(error)).toBe("refused");
      refused += 1;
      continue;
    }
    judgedOnes += 1;
    const explained = await new ModelRegistry({ ...options, policy: policy as never }).explain(version, "staging");
    const left = explained.gates.some((one) => one.gate === "dataValidated");
    expect(explained.wouldPass && left).toBe(false);
  }
  expect(refused).toBeGreaterThan(200);
  expect(judgedOnes).toBeGreaterThan(5);
});
