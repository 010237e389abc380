import { expect, test } from "vitest";
import { digestOf } from "../../src/core/digest.ts";
import * as serving from "../../src/serving/index.ts";
import type { RolloutPlan } from "../../src/contracts/rollout.ts";
import {
  constructorCall,
  methodCalls,
  problemsOf,
  type SoundArgument,
  type UntypedCall,
} from "../support/untyped-calls.ts";
import { type Harness, requests, scoreModel, withHarness } from "./support/harness.ts";

type Untyped = { readonly [name: string]: (...args: readonly unknown[]) => unknown };
const doors = serving as unknown as Untyped;

const plan = serving.canary({ steps: [{ share: 0.2, minRequests: 10 }] });
const state = serving.startState({
  id: "r1",
  model: "score",
  champion: 1,
  challenger: 2,
  plan,
  salt: "s",
  startedAtMs: 0,
});
const none = { n: 0, bad: 0 };
const evidence = {
  stepIndex: 0,
  requests: 1,
  bad: { error: [], outcome: [], latency: [] },
  assigned: [],
  errors: none,
  slow: none,
  pairs: none,
  championErrors: none,
};

/** Every function of the door, with sound arguments. */
const functions: { readonly [name: string]: readonly SoundArgument[] } = {
  armOf: [
    ["number", 0.1],
    ["number", 0.5],
  ],
  bucketOf: [
    ["text", "salt"],
    ["text", "u1"],
  ],
  growthBookBucket: [
    ["text", "seed"],
    ["text", "u1"],
  ],
  murmur3: [
    ["text", "u1"],
    ["number?", 0],
  ],
  canary: [["options?", {}]],
  badOutcome: [["options", { output: "score", outcome: "late" }]],
  disagreement: [["options", { bound: 0.1, atMost: 0.1 }]],
  errorRate: [["options?", {}]],
  latency: [["options", { boundMs: 10 }]],
  hasEnded: [["text", "passed"]],
  shareOf: [["record", state]],
  startState: [["record", state]],
  evidenceOf: [["record", state]],
  stepRollout: [
    ["record", state],
    ["record", evidence],
  ],
  inputFromJson: [["text", '{"x":1}']],
  inputToJson: [["record", { x: 1 }]],
};

/** An input without fields is one; what is no text of JSON is another error. */
const emptyInput = /^inputToJson: argument 0 = \{\}: taken$/;

test("every function of the door answers what plain JavaScript passes with an error of the library", async () => {
  const classes = ["CanaryRouter", "ServingStage", "SqlPredictionLog", "SqlRolloutEvidence"];
  const missed = Object.keys(doors).filter(
    (name) => typeof doors[name] === "function" && !Object.hasOwn(functions, name),
  );
  expect(missed.sort()).toEqual(classes);
  const problems: string[] = [];
  for (const [name, args] of Object.entries(functions))
    problems.push(...(await problemsOf({ name, call: (...given) => doors[name]?.(...given), args })));
  expect(problems.filter((problem) => !emptyInput.test(problem))).toEqual([]);
});

type Methods = { readonly [method: string]: readonly SoundArgument[] };

/** Every method of what serves, with sound arguments. */
async function methodsOf(harness: Harness): Promise<readonly UntypedCall[]> {
  await harness.source.add(2, [1, 0], 0.5);
  const router = await harness.router();
  const stage = new serving.ServingStage(harness.options);
  const by = { actor: "ada", reason: "test" };
  const [request = { user: "u", x: 1 }] = requests(1, 1);
  const batch = {
    model: "score",
    rows: 0,
    ids: [],
    timeMs: new Float64Array(),
    certificates: {},
    role: [],
    featureNames: [],
    inputs: [],
    outputNames: [],
  };
  const outcome = { predictionId: "p", timeMs: 1, values: { late: true } };
  const model: SoundArgument = ["text", "score"];
  const methods = new Map<object, Methods>([
    [
      router,
      {
        start: [],
        predict: [
          ["record", request],
          ["options?", {}],
        ],
        predictMany: [
          ["list", [request]],
          ["options?", {}],
        ],
        outcome: [
          ["text", "p"],
          ["record?", { late: true }],
          ["options?", {}],
        ],
        outcomes: [["list", [outcome]]],
        startRollout: [
          ["number", 2],
          ["record?", plan],
          ["options?", {}],
        ],
        abort: [["options", by]],
        refresh: [],
        status: [],
        toString: [],
        flush: [],
        close: [],
      },
    ],
    [
      stage,
      {
        router: [
          ["record", scoreModel],
          ["options", { unit: (given: { readonly user: string }) => given.user }],
        ],
        predictions: [model, ["options", { fromMs: 0, toMs: 1 }]],
        close: [],
      },
    ],
    [
      harness.log,
      {
        append: [["record", batch]],
        outcomes: [model, ["list", [outcome]]],
        read: [model, ["number", 0], ["number", 1]],
        follow: [model, ["number", 1], ["number", 0]],
        readOutcomes: [model, ["number?", 5]],
      },
    ],
    [new serving.SqlRolloutEvidence(harness.options), { evidence: [model, ["number", 2]] }],
  ]);
  return methodCalls(methods);
}

test("every method of routers, the stage and the log answers what plain JavaScript passes with an error of the library", () =>
  withHarness(async (harness) => {
    const problems: string[] = [];
    for (const call of await methodsOf(harness)) problems.push(...(await problemsOf(call)));
    for (const [made, kind] of [
      ["CanaryRouter", harness.options],
      ["ServingStage", harness.options],
      ["SqlPredictionLog", { metadata: harness.metadata, blobs: {} }],
      ["SqlRolloutEvidence", harness.options],
    ] as const)
      problems.push(...(await problemsOf(constructorCall(doors, made, kind))));
    expect(problems).toEqual([]);
  }));

const odd = [null, "1s", Number.NaN, -1, 1n, Symbol("s"), true, [], {}] as const;

test("options of another type, out of bounds, or misspelled, are refused with what was found", () =>
  withHarness(async (harness) => {
    const { unit } = harness.options;
    const stage = new serving.ServingStage(harness.options);
    const refusal = { name: "SluiceError", code: "argument/invalid" };
    for (const name of [
      "timeoutMs",
      "maxBatch",
      "shadowQueueRows",
      "refreshEveryMs",
      "salt",
      "plan",
      "elapsedMs",
      "runtime",
    ])
      for (const value of odd) {
        const fits =
          (name === "salt" && value === "1s") || ((name === "plan" || name === "runtime") && Object(value) === value);
        if (fits && !Array.isArray(value)) continue;
        const options = { unit, [name]: value } as never;
        const work = async (): Promise<unknown> => await stage.router(scoreModel, options);
        await expect(work(), `${name} ${String(value)}`).rejects.toMatchObject({
          ...refusal,
          found: expect.stringContaining(name),
        });
      }
    await expect(stage.router(scoreModel, { unit, timeoutMS: 5 } as never)).rejects.toMatchObject({
      ...refusal,
      fix: 'Did you mean "timeoutMs"?',
    });
    for (const bad of ["unit", null, 5])
      await expect(stage.router(scoreModel, { unit: bad } as never)).rejects.toMatchObject(refusal);
    const router = await harness.router();
    for (const value of odd) {
      if (value === -1) continue;
      await expect(router.predict({ user: "u", x: 1 }, { atMs: value } as never)).rejects.toMatchObject(refusal);
      await expect(router.predictMany([], { atMs: value } as never)).rejects.toMatchObject(refusal);
      await expect(router.predict({ user: "u", x: 1 }, { signal: value } as never)).rejects.toMatchObject(refusal);
      if (value !== true) await expect(router.outcome("p", { late: value } as never)).rejects.toMatchObject(refusal);
    }
    await expect(router.predictMany([{ user: "u", x: 1 }], { atMs: new Float64Array(2) })).rejects.toMatchObject(
      refusal,
    );
    const ids = (await harness.log.readOutcomes("score")).size;
    await expect(
      router.outcomes([
        { predictionId: "sound", timeMs: 1, values: { late: true } },
        { predictionId: "odd", timeMs: 1, values: { late: null } },
      ] as never),
    ).rejects.toMatchObject({ ...refusal, found: "null as values.late of router.outcomes()" });
    expect((await harness.log.readOutcomes("score")).size).toBe(ids);
    await router.close();
  }));

const plans: readonly (readonly [what: string, plan: unknown])[] = [
  ["a text", "canary"],
  ["nothing in it", {}],
  ["another kind", { ...plan, kind: "big-bang" }],
  ["steps that are none", { ...plan, steps: "all" }],
  ["a step to everybody", { ...plan, steps: [{ share: 1, minRequests: 1 }] }],
  ["a share that is a text", { ...plan, steps: [{ share: "0.1", minRequests: 1 }] }],
  ["a hole for a step", { ...plan, steps: new Array(1) }],
  ["other steps than its digest", { ...plan, steps: [{ share: 0.2, minRequests: 1 }] }],
  ["another alpha than its digest", { ...plan, alpha: 0.5 }],
  ["a guardrail that is null", { ...plan, guardrails: [null] }],
  ["an unknown guardrail", { ...plan, guardrails: [{ guardrail: "errors", margin: 0.5 }] }],
  ["a guardrail named by a symbol", { ...plan, guardrails: [{ guardrail: Symbol("error"), margin: 0.5 }] }],
  ["a latency guardrail without a bound", { ...plan, guardrails: [{ guardrail: "latency", margin: 0.5 }] }],
  ["a margin that is a bigint", { ...plan, guardrails: [{ guardrail: "error", margin: 1n }] }],
  ["a margin that is a text", { ...plan, guardrails: [{ guardrail: "error", margin: "0.5" }] }],
  ["another digest", { ...plan, digest: digestOf("lax") }],
];

test("a plan that canary() has not made, or that was changed since, starts no rollout", () =>
  withHarness(async (harness) => {
    await harness.source.add(2, [1, 0], 0.5);
    const router = await harness.router();
    for (const [what, given] of plans) {
      await expect(router.startRollout(2, given as RolloutPlan), what).rejects.toMatchObject({
        name: "SluiceError",
        code: "definition/invalid",
      });
      expect(router.status().rollout, what).toBeUndefined();
    }
    await router.startRollout(2, plan);
    expect(router.status().rollout?.challenger).toBe(2);
    await router.close();
  }));

test("what canary() and the guardrails are made from is refused by type and name", () => {
  const made: readonly (() => unknown)[] = [
    () => serving.canary({ alpha: "0.05" as never }),
    () => serving.canary({ alpha: 1n as never }),
    () => serving.canary({ step: [] } as never),
    () => serving.canary({ steps: [{ share: 0.1, minRequests: 5, requests: 5 } as never] }),
    () => serving.canary({ guardrails: [{ guardrail: "error", margin: 0.5, bound: 1 }] }),
    () => serving.errorRate({ atMost: "0.5" as never }),
    () => serving.errorRate({ margin: Symbol("m") as never }),
    () => serving.errorRate({ atmost: 0.5 } as never),
    () => serving.latency({ boundMs: "10" as never }),
    () => serving.latency({ bound: 10 } as never),
    () => serving.badOutcome({ output: 5, outcome: "late" } as never),
    () => serving.disagreement({ bound: 0.1, atMost: 1n as never }),
  ];
  for (const work of made) expect(work).toThrow(/definition\/invalid/);
});
