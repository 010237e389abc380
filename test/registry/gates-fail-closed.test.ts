import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { MetricEstimate } from "../../src/contracts/metric-estimate.ts";
import type { Gate, GateEvidence } from "../../src/contracts/gate.ts";
import { beatsChampion } from "../../src/registry/gates/beats-champion.ts";
import { calibrationBound } from "../../src/registry/gates/calibration-bound.ts";
import { dataFreshness } from "../../src/registry/gates/data-freshness.ts";
import { dataValidated } from "../../src/registry/gates/data-validated.ts";
import { fairnessBound } from "../../src/registry/gates/fairness-bound.ts";
import { featureServiceCompatible } from "../../src/registry/gates/feature-service-compatible.ts";
import { latencyBudget } from "../../src/registry/gates/latency-budget.ts";
import { lineageComplete } from "../../src/registry/gates/lineage-complete.ts";
import { modelCard } from "../../src/registry/gates/model-card.ts";
import { noLeakage } from "../../src/registry/gates/no-leakage.ts";
import { noSliceRegression } from "../../src/registry/gates/no-slice-regression.ts";
import { originCertified } from "../../src/registry/gates/origin-certified.ts";
import { predictionStability } from "../../src/registry/gates/prediction-stability.ts";
import { reproducible } from "../../src/registry/gates/reproducible.ts";
import { rolloutEvidence } from "../../src/registry/gates/rollout-evidence.ts";
import { signatureMatches } from "../../src/registry/gates/signature-matches.ts";
import { sizeBudget } from "../../src/registry/gates/size-budget.ts";
import { sliceFloor } from "../../src/registry/gates/slice-floor.ts";
import { threshold } from "../../src/registry/gates/threshold.ts";
import { gateKinds } from "../../src/registry/policy/gate-kinds.ts";
import { judgeTransition } from "../../src/registry/policy/judge-transition.ts";
import { evidence } from "./gate-evidence.ts";

// Each gate with every path of the evidence that it rests on. It passes on these alone, and on no evidence with a hole in one of them.

const bound = ["model", "artifactDigest", "serviceHash", "digest", "rows"].map((name) => `evaluation.${name}`);
const compared = [
  ...bound,
  "evaluation.comparison.metric",
  "evaluation.comparison.champion.version",
  "evaluation.comparison.champion.artifactDigest",
];
const ends = (metric: string, end: "lower" | "upper"): readonly string[] =>
  ["value", end, "n"].map((name) => `${metric}.${name}`);
const slices = [0, 1].flatMap((i) => ["column", "value", "rows"].map((name) => `evaluation.slices.${i}.${name}`));

const gates: readonly (readonly [Gate, readonly string[]])[] = [
  [threshold("auc", { atLeast: 0.6 }), [...bound, ...ends("evaluation.metrics.auc", "lower")]],
  [threshold("logLoss", { atMost: 0.7 }), [...bound, ...ends("evaluation.metrics.logLoss", "upper")]],
  [beatsChampion("auc"), [...compared, ...ends("evaluation.comparison.difference", "lower")]],
  [
    sliceFloor("auc", { column: "carrier", atLeast: 0.5, on: "lower" }),
    [...bound, ...slices, ...[0, 1].flatMap((i) => ends(`evaluation.slices.${i}.metrics.auc`, "lower"))],
  ],
  [
    noSliceRegression("auc", { column: "carrier", margin: 0.1 }),
    [
      ...compared,
      ...slices,
      ...[0, 1].flatMap((i) => [
        ...["column", "value", "rows"].map((name) => `evaluation.comparison.slices.${i}.${name}`),
        ...ends(`evaluation.comparison.slices.${i}.difference`, "lower"),
      ]),
    ],
  ],
  [
    predictionStability({ atMost: 0.5 }),
    [
      ...compared.filter((path) => path !== "evaluation.comparison.metric"),
      ...ends("evaluation.comparison.stability.changedDecisions", "upper"),
    ],
  ],
  [calibrationBound({ atMost: 0.5 }), [...bound, ...ends("evaluation.calibration.ece", "upper")]],
  [
    fairnessBound({ column: "carrier", atMost: 0.5 }),
    [
      ...bound,
      "evaluation.fairness.0.column",
      "evaluation.fairness.0.groups",
      ...ends("evaluation.fairness.0.metrics.equalisedOddsDifference", "upper"),
    ],
  ],
  [
    latencyBudget({ atMostMs: 50 }),
    [...bound, ...["p50Ms", "p95Ms", "p99Ms", "calls"].map((name) => `evaluation.latency.${name}`)],
  ],
  [sizeBudget({ atMostBytes: 1e6 }), [...bound, "evaluation.sizeBytes"]],
  [
    noLeakage({ maxEqualShare: 1 }),
    [
      ...bound,
      ...["training", "rows", "sharedKeys", "equalRows", "key.0", "key.1"].map((name) => `evaluation.leakage.${name}`),
    ],
  ],
  [featureServiceCompatible(), [...bound, "currentService.hash", "currentService.schemaHash", "currentService.name"]],
  [signatureMatches(), ["currentService.hash"]],
  [
    dataFreshness({ maxAge: "1d", of: "both" }),
    ["nowMs", ...[0, 1].flatMap((i) => ["dataset", "role", "createdAtMs"].map((name) => `data.${i}.${name}`))],
  ],
  [
    reproducible({ maxDifference: 0.1 }),
    ["runId", "codeDigest", "training", "maxDifference"].map((name) => `reproduction.${name}`),
  ],
  [dataValidated(), ["dataset", "version", "validated"].map((name) => `validations.0.${name}`)],
  [lineageComplete(), ["lineage.complete", "lineage.missing"]],
  [modelCard({ parts: ["owner", "limits"] }), ["revision", "digest", "missing"].map((name) => `card.${name}`)],
  [originCertified({ keys: ["61e108d9472008fd"] }), ["keyId", "stage"].map((name) => `version.origin.${name}`)],
  [rolloutEvidence(), ["model", "challenger", "champion", "phase", "requests"].map((name) => `rollout.${name}`)],
];

/** What no gate rests on, though it may be shown. */
const onlyShown = /^(?:currentService\.name|data\.\d\.dataset|evaluation\.leakage\.key\.\d)$/;

type Tree = Record<string, unknown>;
const asTree = (value: unknown): Tree => Object(value);

/** The evidence with nothing in it but the versions and some paths. */
function only(paths: readonly string[]): GateEvidence {
  const kept: Tree = {
    version: evidence.version,
    champion: evidence.champion,
    transition: evidence.transition,
    approvals: [],
    lineage: {},
  };
  for (const path of paths) {
    let from: unknown = evidence;
    let to: Tree = kept;
    const steps = path.split(".");
    steps.forEach((step, i) => {
      from = asTree(from)[step];
      if (i === steps.length - 1) to[step] = structuredClone(from);
      else {
        to[step] ??= Array.isArray(from) ? [] : {};
        to = asTree(to[step]);
      }
    });
  }
  return kept as unknown as GateEvidence;
}

const holes = {
  deleted: undefined,
  renamed: undefined,
  null: null,
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  "-Infinity": Number.NEGATIVE_INFINITY,
  empty: "",
} as const;
const kinds = Object.keys(holes) as readonly (keyof typeof holes)[];

function puncture(of: GateEvidence, path: string, hole: keyof typeof holes): void {
  const steps = path.split(".");
  const last = steps.pop() ?? "";
  const parent = asTree(steps.reduce<unknown>((at, step) => asTree(at)[step], of));
  const value = parent[last];
  delete parent[last];
  if (hole === "renamed") parent[`${last} `] = value;
  else if (hole !== "deleted") parent[last] = holes[hole];
}

describe.each(gates.map(([gate, paths]) => ({ name: gate.gate, gate, paths })))("$name", ({ gate, paths }) => {
  test("passes on what it rests on, alone", () => {
    expect(gate.judge(only(paths))).toMatchObject({ outcome: "pass" });
    expect(gate.judge(evidence)).toMatchObject({ outcome: "pass" });
  });

  test("passes on no evidence with holes in what it rests on", () => {
    const vital = paths.filter((path) => !onlyShown.test(path));
    // An empty text is a value as any other that a slice may have.
    const isHole = (of: { path: string; hole: string }): boolean =>
      !(of.hole === "empty" && /slices\.\d\.value$/.test(of.path));
    const hole = fc.record({ path: fc.constantFrom(...vital), hole: fc.constantFrom(...kinds) }).filter(isHole);
    fc.assert(
      fc.property(fc.uniqueArray(hole, { minLength: 1, maxLength: 4, selector: ({ path }) => path }), (punctures) => {
        for (const base of [only(paths), structuredClone(evidence)]) {
          for (const { path, hole } of punctures) puncture(base, path, hole);
          const policy = { name: "p", transitions: { production: { gates: [gate], approvals: 0 } } };
          expect(() => gate.judge(base)).not.toThrow();
          const { opens, outcomes } = judgeTransition(policy, base);
          expect(opens, JSON.stringify(outcomes)).toBe(false);
        }
      }),
      { seed: 6, numRuns: 300 },
    );
  });
});

test("every gate of the library is tried", () => {
  const tried = new Set(gates.map(([gate]) => gate.gate.split(":")[0]));
  expect([...gateKinds.keys()].filter((kind) => !tried.has(kind))).toEqual(["contentSound", "requiresFeatures"]);
});

describe("a better number never closes a gate that a worse one opened", () => {
  const sized = fc.double({ min: -2, max: 2, noNaN: true });
  const half = fc.double({ min: 0, max: 1, noNaN: true });
  const estimate = (value: number, width: number): MetricEstimate => ({
    value,
    lower: value - width,
    upper: value + width,
    n: 10,
  });
  type Case = readonly [
    name: string,
    better: 1 | -1,
    make: (bound: number) => Gate,
    put: (e: Tree, of: MetricEstimate) => void,
  ];
  const at =
    (path: string) =>
    (of: Tree, value: unknown): void => {
      const steps = path.split(".");
      const last = steps.pop() ?? "";
      asTree(steps.reduce<unknown>((node, step) => asTree(node)[step], of))[last] = value;
    };
  const number =
    (path: string) =>
    (of: Tree, { value }: MetricEstimate) =>
      at(path)(of, value);
  const cases: readonly Case[] = [
    ["threshold at least", 1, (b) => threshold("auc", { atLeast: b }), at("evaluation.metrics.auc")],
    ["threshold at most", -1, (b) => threshold("auc", { atMost: b }), at("evaluation.metrics.auc")],
    ["beatsChampion", 1, (b) => beatsChampion("auc", { margin: Math.abs(b) }), at("evaluation.comparison.difference")],
    [
      "non-inferior",
      1,
      (b) => beatsChampion("auc", { margin: Math.abs(b), mode: "nonInferior" }),
      at("evaluation.comparison.difference"),
    ],
    [
      "sliceFloor",
      1,
      (b) => sliceFloor("auc", { column: "carrier", atLeast: b }),
      at("evaluation.slices.1.metrics.auc"),
    ],
    [
      "sliceFloor at most",
      -1,
      (b) => sliceFloor("custom:waste", { column: "carrier", atMost: b }),
      (tree, of) => {
        for (const i of [0, 1]) at(`evaluation.slices.${i}.metrics`)(tree, { "custom:waste": of });
      },
    ],
    [
      "noSliceRegression",
      1,
      (b) => noSliceRegression("auc", { column: "carrier", margin: Math.abs(b) }),
      at("evaluation.comparison.slices.1.difference"),
    ],
    [
      "predictionStability",
      -1,
      (b) => predictionStability({ atMost: Math.abs(b) }),
      at("evaluation.comparison.stability.changedDecisions"),
    ],
    ["calibrationBound", -1, (b) => calibrationBound({ atMost: Math.abs(b) }), at("evaluation.calibration.ece")],
    [
      "fairnessBound",
      -1,
      (b) => fairnessBound({ column: "carrier", atMost: Math.abs(b) }),
      at("evaluation.fairness.0.metrics.equalisedOddsDifference"),
    ],
    ["sizeBudget", -1, (b) => sizeBudget({ atMostBytes: Math.abs(b) }), number("evaluation.sizeBytes")],
    ["reproducible", -1, (b) => reproducible({ maxDifference: Math.abs(b) }), number("reproduction.maxDifference")],
  ];
  const positive: ReadonlySet<string> = new Set(["sizeBudget", "reproducible"]);
  test.each(cases)("%s", (name, better, make, put) => {
    let passed = 0;
    fc.assert(
      fc.property(sized, sized, half, sized, (one, other, width, limit) => {
        const measured = [one, other].map((value) => (positive.has(name) ? Math.abs(value) : value));
        const [worse, improved] = measured.sort((a, b) => (a - b) * better);
        const outcomeOf = (value: number): string => {
          const tree = asTree(structuredClone(evidence));
          put(tree, estimate(value, width));
          return make(limit).judge(tree as unknown as GateEvidence).outcome;
        };
        const [before, after] = [outcomeOf(worse ?? 0), outcomeOf(improved ?? 0)];
        if (before === "pass") {
          passed++;
          expect(after).toBe("pass");
        }
      }),
      { seed: 6, numRuns: 300 },
    );
    expect(passed, "no case opened the gate").toBeGreaterThan(0);
  });
});
