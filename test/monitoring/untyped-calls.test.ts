import { expect, test } from "vitest";
import { digestOf } from "../../src/core/digest.ts";
import { silentLogger } from "../../src/core/logger.ts";
import * as monitoring from "../../src/monitoring/index.ts";
import { makeTable } from "../../src/table/table.ts";
import {
  constructorCall,
  methodCalls,
  problemsOf,
  type SoundArgument,
  type UntypedCall,
} from "../support/untyped-calls.ts";
import { driftOptions, type MonitoringBench, openMonitoring, reference } from "./monitoring-bench.ts";

type Untyped = { readonly [name: string]: (...args: readonly unknown[]) => unknown };
const doors = monitoring as unknown as Untyped;

const definition = monitoring.monitor(driftOptions);
const bound = { kind: "bound", max: 0.1, minCoverage: 0.5 };
const causes = { definition: 0, late: 0, missing: 0, expired: 0, unexplained: 0 };

/** Every function of the door, with sound arguments. */
const functions: { readonly [name: string]: readonly SoundArgument[] } = {
  judgeDrift: [
    ["record", new Map()],
    ["record", reference],
    ["record", driftOptions.threshold],
  ],
  judgeFeatureSkew: [
    ["number", 10],
    ["record", { rows: 10, cells: 10, causes, smape: undefined, worst: "", notMeasured: "" }],
    ["record", bound],
  ],
  judgePerformance: [
    ["record", { rows: [], fromMs: 0, toMs: 0, cursor: { segment: 0, rows: 0 } }],
    ["record", { kind: "performance", metric: "auc", output: "p", outcome: "late", labelDelay: "1d" }],
    ["record", bound],
    ["record", new Map()],
  ],
  logSink: [["record", silentLogger]],
  monitor: [["options", driftOptions]],
  profileOf: [
    ["record", makeTable({ a: { tag: "f64", values: Float64Array.of(1, 2, 3) } })],
    ["text?", ["a"]],
  ],
};

test("every function of the door answers what plain JavaScript passes with an error of the library", async () => {
  const missed = Object.keys(doors).filter(
    (name) => typeof doors[name] === "function" && !Object.hasOwn(functions, name),
  );
  expect(missed.sort()).toEqual(["AlertBook", "MonitoringStage"]);
  const problems: string[] = [];
  for (const [name, args] of Object.entries(functions))
    problems.push(...(await problemsOf({ name, call: (...given) => doors[name]?.(...given), args })));
  expect(problems).toEqual([]);
});

/** Every method of the stage and its alerts, with sound arguments. */
function methodsOf({ stage, metadata, audit, lineage }: MonitoringBench): readonly UntypedCall[] {
  const id: SoundArgument = ["text", "inputs"];
  const by: SoundArgument = ["options", { actor: "ada", reason: "test" }];
  const said: SoundArgument = ["options", { actor: "ada", comment: "seen" }];
  const alert: SoundArgument = ["text", "none"];
  const methods = new Map<object, { readonly [method: string]: readonly SoundArgument[] }>([
    [
      stage,
      {
        arm: [
          ["record", definition],
          ["options", { reference }],
        ],
        evaluate: [["options?", {}]],
        status: [],
        definitions: [],
        windows: [id],
        alerts: [["text?", "inputs"]],
        acknowledge: [alert, said],
        resolve: [alert, said],
        disarm: [id, by],
      },
    ],
    [
      new monitoring.AlertBook({ metadata, ledger: { audit, lineage, changes: {} as never } }),
      { list: [["text?", "inputs"]], unanswered: [], acknowledge: [alert, said], resolve: [alert, said] },
    ],
  ]);
  return methodCalls(methods);
}

test("every method of monitoring answers what plain JavaScript passes with an error of the library", async () => {
  const bench = await openMonitoring();
  const problems: string[] = [];
  for (const call of methodsOf(bench)) problems.push(...(await problemsOf(call)));
  const { metadata, audit, lineage, predictions, clock } = bench;
  const parts = {
    ...{ metadata, predictions, clock, ledger: { audit, lineage }, blobs: {}, pipelines: {}, events: {} },
    ...{ sinks: [], ids: () => "1", logger: silentLogger },
  };
  for (const made of ["AlertBook", "MonitoringStage"])
    problems.push(...(await problemsOf(constructorCall(doors, made, parts))));
  expect(problems).toEqual([]);
});

const { response, signal, threshold } = driftOptions;
const changed: readonly (readonly [what: string, change: object, says: string])[] = [
  ["a misspelled option", { windowrows: 100 }, '"windowrows"'],
  ["a bigint of rows", { windowRows: 100n }, "windowRows"],
  ["NaN rows", { windowRows: Number.NaN }, "windowRows"],
  ["a symbol as a signal's kind", { signal: { kind: Symbol("drift") } }, "signal.kind is a symbol"],
  ["a bigint as a signal's kind", { signal: { kind: 1n } }, "signal.kind is a bigint"],
  ["a hole among the features", { signal: { kind: "data-drift", features: new Array(1) } }, "at least one feature"],
  ["a misspelled member of the signal", { signal: { ...signal, feature: ["x"] } }, "signal has no feature"],
  ["a misspelled member of the threshold", { threshold: { ...threshold, mineffect: 1 } }, "threshold has no mineffect"],
  ["an infinite effect", { threshold: { ...threshold, minEffect: Number.POSITIVE_INFINITY } }, "Infinity"],
  ["a bigint as a rate", { threshold: { ...threshold, falseAlarmRate: 1n } }, "falseAlarmRate"],
  ["a misspelled member of fire", { fire: { bad: 1, of: 1, at: 5 } }, "fire has no at"],
  ["a bigint in fire", { fire: { bad: 1n, of: 1 } }, "fire must be"],
  ["a misspelled member of the response", { response: { ...response, sla: "1h" } }, "response has no sla"],
  ["a negative time to answer", { response: { ...response, ackWithin: -1 } }, "the duration -1"],
  ["a time to answer that is none", { response: { ...response, ackWithin: "soon" } }, "the duration"],
];

test.each(changed)("a monitor with %s is refused, saying what was found", (_what, change, says) => {
  expect(() => monitoring.monitor({ ...driftOptions, ...change } as never)).toThrow(
    expect.objectContaining({ name: "SluiceError", code: "argument/invalid", found: expect.stringContaining(says) }),
  );
});

test("a definition that monitor() has not made, or that was changed since, is not armed", async () => {
  const { stage, audit } = await openMonitoring();
  const others: readonly unknown[] = [
    driftOptions,
    { ...definition, kind: "monitors" },
    { ...definition, windowRows: 5000 },
    { ...definition, digest: digestOf("lax") },
    { ...definition, signal: null },
    { ...definition, response: { ...response, actions: [] } },
    { ...definition, fire: undefined },
  ];
  for (const other of others)
    await expect(stage.arm(other as never, { reference })).rejects.toMatchObject({
      name: "SluiceError",
      code: expect.stringMatching(/^(?:argument\/invalid|monitoring\/incomplete-response)$/),
    });
  for (const options of [
    { fromMs: "now" },
    { fromMs: Number.NaN },
    { reference: "training" },
    { actor: 5 },
    { form: 1 },
  ])
    await expect(stage.arm(definition, options as never)).rejects.toMatchObject({ code: "argument/invalid" });
  expect(await stage.definitions()).toEqual([]);
  expect(await audit.read()).toEqual([]);
});
