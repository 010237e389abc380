import { expect, test } from "vitest";
import { dataset, openWorkspace, rowsSource } from "../../src/index.ts";
import { deliveryFigures } from "../../src/workflows/delivery/delivery-figures.ts";
import * as workflows from "../../src/workflows/index.ts";
import { constructorCall, problemsOf, type SoundArgument, type UntypedCall } from "../support/untyped-calls.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { makeTable } from "../../src/table/table.ts";
import type { Workspace } from "../../src/workspace.ts";
import { z } from "zod";

type Untyped = { readonly [name: string]: (...args: readonly unknown[]) => unknown };
const doors = workflows as unknown as Untyped;

const stops = dataset("stops", { schema: z.object({ id: z.number(), at: z.date() }), eventTime: "at" });
const passes = { name: "a", kind: "model", run: async () => [] };
const counts = { pass: 0, fail: 0, skip: 0, error: 0 };
const report = { kind: "ci-report", schema: 1, outcome: "failed", startedAtMs: 0, durationMs: 0, counts, tests: [] };

/** Every function of the door, with sound arguments. */
function functionsOf(ws: Workspace): { readonly [name: string]: readonly SoundArgument[] } {
  const figures = deliveryFigures([]);
  const of: SoundArgument = ["record", ws];
  const key: SoundArgument = ["record", { name: "delay", version: 1 }];
  const table = makeTable({ a: { tag: "f64", values: Float64Array.of(1, 2, 3) } });
  return {
    checkServingSkew: [
      ["record", { table, features: ["a"] }],
      ["record", table],
      ["options?", {}],
    ],
    defineCi: [["record", { tests: [passes] }]],
    ciMarkdown: [["record", report]],
    dataTest: [
      ["text", "t"],
      ["record", stops],
      ["record", rowsSource([])],
      ["options?", {}],
    ],
    comparisonTest: [
      ["text", "t"],
      ["function", () => ({})],
      ["list", []],
      ["options?", {}],
    ],
    gateTest: [["text", "t"], key, ["text", "staging"], ["options?", {}]],
    junitXml: [["record", report]],
    modelTest: [
      ["text", "t"],
      ["function", () => undefined],
      ["options?", {}],
    ],
    runCi: [
      ["record", { tests: [passes] }],
      ["options", { workspace: ws }],
    ],
    compareDelivery: [
      ["record", figures],
      ["json", null],
      ["options?", {}],
    ],
    deliveryMarkdown: [["record", workflows.compareDelivery(figures, null)]],
    deliveryFigures: [
      ["list", []],
      ["options?", {}],
    ],
    readBaseline: [["text", "name,leadTimeHours\na,5"]],
    formatLineage: [
      ["record", { node: "run:1", via: "", asserted: false, children: [] }],
      ["options?", {}],
    ],
    auditPack: [of, ["options?", {}]],
    writeAuditPack: [of, ["function", async () => {}], ["options?", {}]],
    documentationMarkdown: [
      [
        "record",
        {
          subject: { model: "m", version: 1, stage: "staging" },
          basis: { events: 0, head: null, verified: true, fault: null, lastEventMs: null },
          coverage: { points: 0, evidenced: 0, partly: 0, human: 0, written: 0, open: [] },
          points: [],
        },
      ],
    ],
    generatedCardMarkdown: [["record", { model: "m", version: 1, stage: "staging", sections: [], forPeople: [] }]],
    generatedModelCard: [of, key, ["options?", {}]],
    readHumanPart: [
      ["text", "annex-iv.1.a.md"],
      ["text", "---\nauthor: ada\n---\nIt is for planning."],
    ],
    technicalDocumentation: [of, key, ["options?", {}]],
    productionAt: [of, ["text", "delay"], ["number", 0], ["options?", {}]],
  };
}

/** What the workspace has for its records. */
function recordsOf(ws: Workspace): readonly UntypedCall[] {
  const { audit } = ws;
  const by = { actor: "ada", reason: "test" };
  const calls: { readonly [name: string]: readonly SoundArgument[] } = {
    search: [["options?", {}]],
    checkpoint: [],
    checkpoints: [],
    prove: [["number", 0]],
    proveConsistency: [
      ["record", { body: { size: 0, root: `sha256:${"0".repeat(64)}` } }],
      ["record?", undefined],
    ],
    record: [["record", { kind: "host.looked", subject: "delay", actor: "ada", body: {} }]],
    personal: [["number", 0]],
    erasePersonal: [
      ["list", [0]],
      ["options", by],
    ],
    retain: [["options", by]],
  };
  expect(Object.keys(calls).sort()).toEqual(Object.keys(audit).sort());
  return [
    ...Object.entries(calls).map(([name, args]) => ({
      name: `audit.${name}`,
      call: (...given: readonly unknown[]) => Reflect.apply(Reflect.get(audit, name), audit, given),
      args,
    })),
    { name: "audit", call: (...given) => Reflect.apply(audit, undefined, given), args: [["options?", {}]] },
    { name: "changes", call: (...given) => Reflect.apply(ws.changes, ws, given), args: [["options?", {}]] },
    { name: "upstream", call: (...given) => Reflect.apply(ws.upstream, ws, given), args: [["text", "run:1"]] },
    { name: "downstream", call: (...given) => Reflect.apply(ws.downstream, ws, given), args: [["text", "run:1"]] },
  ];
}

test("governance, delivery, CI and the audit log answer what plain JavaScript passes with an error of the library", async () => {
  await using ws = await openWorkspace({ path: temporaryFolder() });
  await ws.audit.record({ kind: "host.looked", subject: "delay", actor: "ada", body: {} });
  const functions = functionsOf(ws);
  const classes = ["PredictedVectors", "PredictionSkew"];
  const missed = Object.keys(doors).filter(
    (name) => typeof doors[name] === "function" && !Object.hasOwn(functions, name),
  );
  expect(missed.sort()).toEqual(classes);
  const problems: string[] = [];
  for (const [name, args] of Object.entries(functions))
    problems.push(...(await problemsOf({ name, call: (...given) => doors[name]?.(...given), args })));
  for (const call of recordsOf(ws)) problems.push(...(await problemsOf(call)));
  for (const made of classes)
    problems.push(...(await problemsOf(constructorCall(doors, made, { features: {}, predictions: {}, models: {} }))));
  expect(problems).toEqual([]);
});
