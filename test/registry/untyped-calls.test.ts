import { z } from "zod";
import { expect, test } from "vitest";
import { t } from "../../src/index.ts";
import * as registry from "../../src/registry/index.ts";
import {
  constructorCall,
  methodCalls,
  problemsOf,
  type SoundArgument,
  type UntypedCall,
} from "../support/untyped-calls.ts";
import {
  delayModel,
  laxPolicy,
  makeChampion,
  openRegistry,
  type RegistryFixture,
  service,
  trackedRun,
  trained,
  trainingSet,
} from "./registry-fixture.ts";
import { evidence } from "./gate-evidence.ts";

type Untyped = { readonly [name: string]: (...args: readonly unknown[]) => unknown };
const doors = registry as unknown as Untyped;

const metric: SoundArgument = ["text", "auc"];
const yes = { verify: async () => true };

/** Every function of the door, with sound arguments. */
const functions: { readonly [name: string]: readonly SoundArgument[] } = {
  oidcIdentity: [
    [
      "options",
      { issuer: "https://id.example", audience: "x", jwks: { keys: [{ kty: "OKP", crv: "Ed25519", x: "a" }] } },
    ],
  ],
  cardMarkdown: [
    [
      "record",
      {
        schema: 1,
        model: "m",
        version: 1,
        revision: 1,
        author: "a",
        writtenAtMs: 0,
        digest: "d",
        parts: {},
        missing: [],
      },
    ],
  ],
  verifyCertificate: [
    ["any", {}],
    ["record", yes],
    ["record?", {}],
  ],
  config: [
    ["text", "limits"],
    ["options", { schema: z.object({ at: z.number() }), value: { at: 1 } }],
  ],
  featureServiceConfig: [
    ["text", "served"],
    ["record", service],
  ],
  prompt: [
    ["text", "triage"],
    ["options", { template: "Is it urgent?" }],
  ],
  metric: [
    ["text", "profit"],
    ["options", { higherIsBetter: true, value: () => 1 }],
  ],
  evaluationPicture: [["record", evidence.evaluation]],
  categorySwap: [["options", { features: ["a"] }]],
  gaussianNoise: [
    ["number", 0.1],
    ["options?", {}],
  ],
  missingValues: [["options", { share: 0.1 }]],
  unitScale: [["options", { factor: 10, features: ["a"] }]],
  beatsChampion: [metric, ["options?", {}]],
  calibrationBound: [["options", { atMost: 0.1 }]],
  contentSound: [],
  dataFreshness: [["options", { maxAge: "30d" }]],
  dataValidated: [],
  fairnessBound: [["options", { column: "carrier", atMost: 0.1 }]],
  featureServiceCompatible: [],
  gate: [
    ["text", "own"],
    ["json", {}],
    ["function", () => ({ outcome: "pass", reason: "" })],
    ["options?", {}],
  ],
  latencyBudget: [["options", { atMostMs: 5 }]],
  lineageComplete: [],
  modelCard: [["options?", {}]],
  noLeakage: [["options?", { maxEqualShare: 0.01 }]],
  noSliceRegression: [metric, ["options", { column: "carrier" }]],
  originCertified: [["options", { keys: ["k"] }]],
  predictionStability: [["options", { atMost: 0.2 }]],
  reproducible: [["options?", {}]],
  rolloutEvidence: [],
  requiresFeatures: [],
  signatureMatches: [],
  sizeBudget: [["options", { atMostBytes: 5 }]],
  sliceFloor: [metric, ["options", { column: "carrier", atLeast: 0.5 }]],
  threshold: [metric, ["options", { atLeast: 0.6 }]],
  model: [
    ["text", "m"],
    [
      "options",
      { request: z.object({}), output: z.object({ a: z.number() }), features: service, featureInput: () => ({}) },
    ],
  ],
  plainModel: [
    ["text", "m"],
    [
      "options",
      {
        request: z.object({}),
        output: z.object({ a: z.number() }),
        inputs: { a: t.float64 },
        featureInput: () => ({}),
      },
    ],
  ],
  defaultContentPolicy: [["options?", {}]],
  defaultPolicy: [["options", { threshold: { atLeast: 0.6 } }]],
  policyDigest: [["record", laxPolicy]],
  policyFromJson: [
    ["record", registry.policyToJson(laxPolicy)],
    ["options?", {}],
  ],
  policyToJson: [["record", laxPolicy]],
  verifyBundle: [
    ["any", { format: "certified-model", files: [] }],
    ["record", yes],
  ],
  verifyOpenBundle: [
    ["any", { format: "certified-model", files: [] }],
    ["record", yes],
  ],
};

test("every function of the door answers what plain JavaScript passes with an error of the library, or refuses nothing that can be meant", async () => {
  const classes = [
    "ContentRegistry",
    "Evaluator",
    "VerifiedModelSource",
    "ModelRegistry",
    "StandingWitness",
    "VersionCatalog",
    "VersionDifference",
  ];
  const missed = Object.keys(doors).filter(
    (name) => typeof doors[name] === "function" && !Object.hasOwn(functions, name),
  );
  expect(missed.sort()).toEqual(classes.sort());
  const problems: string[] = [];
  for (const [name, args] of Object.entries(functions))
    problems.push(...(await problemsOf({ name, call: (...given) => doors[name]?.(...given), args })));
  expect(problems).toEqual([]);
});

/** Every method of a class, with sound arguments, on what a registry with two versions is wired from. */
async function methodsOf(open: RegistryFixture): Promise<readonly UntypedCall[]> {
  const { options } = open;
  const version = await open.registerSkill(0.8);
  const artifact = trained(1);
  const heldOut = trainingSet("held out");
  const evaluation = await open.evaluator.evaluate(delayModel, artifact, heldOut, { label: "late", metrics: ["auc"] });
  const run = await trackedRun(options, "run-untyped");
  const source = new registry.VerifiedModelSource(options);
  const definition = registry.prompt("triage", { template: "Is it {{what}}?", variables: ["what"] });
  const limits = registry.config("limits", { schema: z.object({ at: z.number() }), value: { at: 1 } });
  const content = new registry.ContentRegistry({ ...options, source });
  await content.registerContent(limits, { author: "ada" });
  const by = { actor: "ada", reason: "test" };
  const key: SoundArgument = ["record", version];
  const asked: SoundArgument = ["options", by];
  const name: SoundArgument = ["text", "delay"];
  const to: SoundArgument = ["text", "staging"];
  const methods = new Map<object, { readonly [method: string]: readonly SoundArgument[] }>([
    [
      open.registry,
      {
        register: [
          ["record", delayModel],
          ["options", { run, artifact, evaluation, author: "ada" }],
        ],
        explain: [key, to],
        approve: [key, to, ["options", { approver: "grace", role: "owner", comment: "" }]],
        revokeApproval: [key, to, ["options", { ...by, approver: "grace" }]],
        promote: [key, to, asked],
        breakGlass: [key, ["text", "production"], ["options", { ...by, role: "on-call", expiresIn: "1h" }]],
        alias: [key, ["text", "eu"], asked],
        removeAlias: [name, ["text", "eu"], asked],
        deprecate: [key, asked],
        deprecation: [key],
        reinstate: [key, asked],
        writeCard: [key, ["options?", { owner: "ops" }], ["options", { author: "ada" }]],
        card: [key, ["number?", 1]],
        rollback: [name, ["number", 1], asked],
        versions: [name],
        version: [name, ["number", 1]],
        aliases: [name],
        certificate: [["text", `sha256:${"0".repeat(64)}`]],
        certificateOf: [key],
        evaluationOf: [key],
        evidenceOf: [["text", `sha256:${"0".repeat(64)}`]],
        lineageOf: [key],
        champion: [name],
        load: [name, ["which?", 1]],
        certified: [name, ["number", 1], ["number", 0]],
        revision: [name],
        export: [key, asked],
        openExport: [key, asked],
        import: [
          ["any", { format: "certified-model", files: [] }],
          ["options", { ...by, trust: yes }],
        ],
        retireKey: [["options", { ...by, key: "lost", asOfMs: 0, role: "lead" }]],
        rotateKey: [["options", { ...by, to: { keyId: "x", sign: async () => new Uint8Array(64) } }]],
      },
    ],
    [
      open.evaluator,
      {
        evaluate: [
          ["record", delayModel],
          ["json", artifact],
          ["record", heldOut],
          ["options", { label: "late" }],
        ],
      },
    ],
    [
      content,
      {
        registerContent: [
          ["record", definition],
          ["options", { author: "ada" }],
        ],
        loadPrompt: [
          ["record", definition],
          ["which?", 1],
        ],
        loadConfig: [
          ["record", limits],
          ["which?", 1],
        ],
      },
    ],
    [
      new registry.VersionCatalog(options),
      {
        models: [["options?", {}]],
        search: [["options?", {}]],
        tag: [key, ["record?", { team: "x" }], ["options", { actor: "ada" }]],
        diff: [key, key],
      },
    ],
    [
      source,
      {
        champion: [name],
        certified: [name, ["number", 1], ["number", 0]],
        load: [name, ["which?", 1]],
        revision: [name],
      },
    ],
  ]);
  return methodCalls(methods);
}

test("every method of the registry answers what plain JavaScript passes with an error of the library", async () => {
  const open = await openRegistry();
  try {
    const problems: string[] = [];
    for (const call of await methodsOf(open)) problems.push(...(await problemsOf(call)));
    for (const made of [
      "ContentRegistry",
      "Evaluator",
      "VerifiedModelSource",
      "ModelRegistry",
      "StandingWitness",
      "VersionCatalog",
    ])
      problems.push(
        ...(await problemsOf(
          constructorCall(doors, made, { ...open.options, champions: open.registry, source: open.registry }),
        )),
      );
    expect(problems).toEqual([]);
  } finally {
    await open.close();
  }
});

const misused: readonly (readonly [options: object, says: string])[] = [
  [{ label: 5 }, "5 as label"],
  [{ metrics: "auc" }, '"auc" as metrics'],
  [{ metrics: [5] }, "a number as a metric"],
  [{ metrics: [{}] }, "a metric with undefined as name"],
  [{ slices: "carrier" }, '"carrier" as slices'],
  [{ slices: [5] }, "5"],
  [{ thresholds: "f1" }, '"f1" as thresholds'],
  [{ thresholds: ["f1"] }, "criterion"],
  [{ robustness: "noise" }, '"noise" as robustness'],
  [{ robustness: [5] }, "a number as a perturbation"],
  [{ classes: 2 }, "2 as classes"],
  [{ fairness: {} }, "fairness of an evaluation without columns"],
  [{ fairness: "carrier" }, 'fairness of an evaluation with "carrier" as options'],
  [{ fairness: { columns: "carrier" } }, '"carrier" as fairness.columns'],
  [{ fairness: { columns: ["load.carrier"], minrows: 5 } }, 'the option "minrows"'],
  [{ latency: 5 }, "latency of an evaluation with a number as options"],
  [{ latency: { calls: -1 } }, "calls -1"],
  [{ leakage: {} }, "leakage of an evaluation without training"],
  [{ leakage: { training: 5, key: ["id"] } }, "5 as leakage.training"],
  [{ reproduce: {} }, "reproduce of an evaluation without run"],
  [{ worstSlices: { detph: 2 } }, 'the option "detph"'],
  [{ worstSlices: { columns: "carrier" } }, '"carrier" as worstSlices.columns'],
  [{ output: 5 }, "5"],
  [{ against: "champian" }, '"champian"'],
  [{ compareOn: 5 }, "5"],
  [{ maxExcludedShare: "a lot" }, '"a lot"'],
  [{ threshold: "0.5" }, "0.5"],
];

test.each(misused)("an evaluation with %j is refused, saying what was found", async (options, says) => {
  const open = await openRegistry();
  try {
    await makeChampion(open, await open.registerSkill(0.8));
    const given = { label: "late", metrics: ["auc"], ...options } as never;
    const error = await open.evaluator.evaluate(delayModel, trained(1), trainingSet("held out"), given).then(
      () => "nothing refused",
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ name: "SluiceError", code: expect.stringMatching(/invalid$|missing-column$/) });
    expect(String(error)).toContain(says);
  } finally {
    await open.close();
  }
});
