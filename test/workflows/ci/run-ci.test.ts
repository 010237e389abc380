import { z } from "zod";
import { afterAll, beforeAll, expect, test } from "vitest";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { manualClock } from "../../../src/core/clock.ts";
import type { EvaluationReport } from "../../../src/contracts/evaluation-report.ts";
import { completeness, dataset, distribution, rowsSource } from "../../../src/index.ts";
import { beatsChampion } from "../../../src/registry/gates/beats-champion.ts";
import { lineageComplete } from "../../../src/registry/gates/lineage-complete.ts";
import { threshold } from "../../../src/registry/gates/threshold.ts";
import { type CiTest, defineCi } from "../../../src/workflows/ci/ci-definition.ts";
import { dataTest } from "../../../src/workflows/ci/data-test.ts";
import { comparisonTest, gateTest } from "../../../src/workflows/ci/gate-test.ts";
import { modelTest } from "../../../src/workflows/ci/model-test.ts";
import { runCi } from "../../../src/workflows/ci/run-ci.ts";
import type { Workspace } from "../../../src/workspace.ts";
import { faults } from "../../schemas/json-schemas.ts";
import * as loop from "../../support/small-loop.ts";

const folder = mkdtempSync(join(tmpdir(), "sluice-run-ci-"));
let ws: Workspace;
let evaluation: EvaluationReport;

// A champion, and a second version of another training: what a pull request would bring.
beforeAll(async () => {
  ws = await loop.openLoop(folder, manualClock(loop.startMs + 10 * 86_400_000));
  const rows = loop.someFlights(3000);
  await loop.ingestFlights(ws, rows);
  const training = await loop.trainingOf(ws, rows.slice(300, 2200));
  const heldOut = await loop.trainingOf(ws, rows.slice(2200));
  await loop.toProduction(ws, (await loop.trainVersion(ws, training, heldOut)).version);
  const { value } = await ws.experiments.run("other", { params: {}, data: training }, () => Promise.resolve(0));
  if (value !== 0) throw new Error("a run expected");
  evaluation = (await loop.trainVersion(ws, training, heldOut)).evaluation;
}, 120_000);

afterAll(async () => {
  await ws.close();
  rmSync(folder, { recursive: true, force: true });
});

const run = async (tests: readonly CiTest[], options: { readonly filter?: string } = {}) =>
  await runCi(defineCi({ tests }), { workspace: ws, ...options });

test("a data test judges rows as an ingest would, against the newest version, and commits nothing", async () => {
  const fresh = loop.someFlights(600, "fresh").map((row) => ({ ...row, flight: row.flight + 10_000 }));
  const before = { head: await ws.data.head("flights"), events: (await ws.verifyAudit()).events };
  const spoiled = fresh.map((row, i) =>
    i % 10 === 0 ? { ...row, distance: -1 } : { ...row, distance: row.distance * 5 },
  );
  const report = await run([
    dataTest("sound", loop.flights, rowsSource(fresh)),
    dataTest("spoiled", loop.flights, () => rowsSource(spoiled)),
    dataTest("empty", loop.flights, rowsSource([])),
  ]);
  expect(report.tests.map(({ outcome }) => outcome)).toEqual(["pass", "fail", "fail"]);
  expect(report.tests[0]?.cases.map(({ name, outcome }) => [name, outcome])).toEqual([
    ["schema", "pass"],
    ["rowCount", "pass"],
    ["completeness delay", "pass"],
    ["distribution distance", "pass"],
  ]);
  const [schema, , , drifted] = report.tests[1]?.cases ?? [];
  expect(schema).toMatchObject({
    outcome: "fail",
    reason: "540 of 600 rows accepted: 60 × distance: too_small",
    measured: 540,
    bound: 600,
  });
  expect(drifted).toMatchObject({ name: "distribution distance", outcome: "fail" });
  expect(report.tests[1]?.output.join("\n")).toContain("60 × distance: too_small");
  expect(report.tests[2]?.cases[0]?.reason).toBe("the source has no rows");
  expect(await ws.data.head("flights")).toEqual(before.head);
  expect((await ws.verifyAudit()).events).toBe(before.events);
});

test("what a check cannot judge yet fails, unless the test says that it may be skipped; skipped alone is no pass", async () => {
  const first = dataset("never-seen", {
    schema: z.object({ id: z.number(), at: z.date(), km: z.number() }),
    eventTime: "at",
    checks: [completeness("km", { atLeast: 1 }), distribution("km", { against: "previous" })],
  });
  const rows = rowsSource(Array.from({ length: 50 }, (_, id) => ({ id, at: new Date(id), km: id })));
  const [strict, lenient] = (
    await run([dataTest("strict", first, rows), dataTest("lenient", first, rows, { unmeasured: "skip" })])
  ).tests;
  expect(strict?.cases.at(-1)).toMatchObject({ outcome: "fail", reason: expect.stringContaining("not measured") });
  expect(strict?.outcome).toBe("fail");
  expect(lenient?.cases.at(-1)?.outcome).toBe("skip");
  expect(lenient?.outcome).toBe("pass");
  const nothing = { name: "n", outcome: "unmeasured", reason: "no rows" } as const;
  const alone = await run([modelTest("alone", () => nothing, { unmeasured: "skip" })]);
  expect(alone).toMatchObject({ outcome: "failed", counts: { pass: 0, skip: 1 } });
});

test("model tests fail by what they throw or answer; what is no verdict is an error", async () => {
  const report = await run([
    modelTest("passes", ({ log }) => {
      log("looked at it");
      return undefined;
    }),
    modelTest("throws", () => {
      throw new Error("a longer flight is less late");
    }),
    modelTest("answers", async () => [
      { name: "a", outcome: "pass", reason: "fine", measured: 1, bound: 0 },
      { name: "b", outcome: "fail", reason: "0.3 of 1", measured: Number.NaN },
    ]),
    { name: "none", kind: "own", run: () => Promise.resolve([]) },
    { name: "breaks", kind: "own", run: () => Promise.reject(new Error("no connection")) },
  ]);
  expect(report.tests.map(({ name, outcome }) => [name, outcome])).toEqual([
    ["passes", "pass"],
    ["throws", "fail"],
    ["answers", "fail"],
    ["none", "error"],
    ["breaks", "error"],
  ]);
  expect(report.counts).toEqual({ pass: 2, fail: 2, skip: 0, error: 2 });
  expect(report.tests[0]?.output).toEqual(["looked at it"]);
  expect(report.tests[2]?.cases[1]).toEqual({ name: "b", outcome: "fail", reason: "0.3 of 1" });
  expect(faults("ci-report", JSON.parse(JSON.stringify(report)))).toBe("");
  expect(String(report)).toContain("✗ throws (model, 0 of 1 passed");
  expect(String(report)).toContain("    ✗ throws: a longer flight is less late");
  expect(String(report)).toMatch(/failed: 2 passed, 2 failed, 2 errors, /);
});

test("gates judge a model before it is registered: by its evaluation, against the champion on the same rows", async () => {
  const fair = beatsChampion("auc", { mode: "nonInferior", margin: 0.1 });
  const report = await run([
    comparisonTest("fair", () => evaluation, [threshold("auc", { atLeast: 0.6 }), fair]),
    comparisonTest("strict", evaluation, [
      threshold("auc", { atLeast: 0.999 }),
      beatsChampion("auc"),
      lineageComplete(),
    ]),
  ]);
  expect(report.tests[0]?.cases.map(({ name, outcome }) => [name, outcome])).toEqual([
    ["threshold:auc", "pass"],
    ["beatsChampion:auc", "pass"],
  ]);
  expect(report.tests[1]?.cases.map(({ outcome }) => outcome)).toEqual(["fail", "fail", "fail"]);
});

test("a gate test says what the policy would; it promotes nothing, and a gate that is not there fails", async () => {
  const newest = async (): Promise<{ readonly name: string; readonly version: number }> => {
    const version = (await ws.registry.versions("delay")).at(-1);
    if (version === undefined) throw new Error("a version expected");
    return version;
  };
  const before = await ws.registry.versions("delay");
  const report = await run([
    gateTest("to staging", newest, "staging"),
    gateTest("one gate", newest, "staging", { gates: ["dataValidated", "threshold:f1"] }),
    gateTest("no such version", { name: "delay", version: 99 }, "staging"),
  ]);
  expect(report.tests.map(({ outcome }) => outcome)).toEqual(["pass", "fail", "error"]);
  expect(report.tests[1]?.cases).toEqual([
    expect.objectContaining({ name: "dataValidated", outcome: "pass" }),
    { name: "threshold:f1", outcome: "fail", reason: "the policy has no such gate" },
  ]);
  expect(await ws.registry.versions("delay")).toEqual(before);
});

test("a gate test of a deprecated version fails, as its promotion would", async () => {
  const newest = { name: "delay", version: (await ws.registry.versions("delay")).length };
  const by = { actor: "ada", reason: "wrong units" };
  const only = [gateTest("one gate", newest, "staging", { gates: ["dataValidated"] })];
  expect((await run(only)).outcome).toBe("passed");
  await ws.registry.deprecate(newest, by);
  const report = await run(only);
  await ws.registry.reinstate(newest, by);
  expect(report.outcome).toBe("failed");
  expect(report.tests[0]?.cases[1]).toMatchObject({ name: "deprecation", outcome: "fail" });
});

test("a verdict that is none is an error, also where unmeasured ones may be skipped", async () => {
  const answers = (answer: unknown): CiTest => ({
    ...modelTest(String(answer), () => undefined, { unmeasured: "skip" }),
    run: async () => [Object(answer)],
  });
  for (const outcome of ["failed", "PASS", undefined, "__proto__"]) {
    const report = await run([
      modelTest("one is one", () => undefined),
      answers({ name: "typo", outcome, reason: "3 < 4" }),
    ]);
    expect(report).toMatchObject({ outcome: "failed", counts: { pass: 1, error: 1, skip: 0 } });
  }
});

test("a test that takes too long has failed, its signal is aborted, and the next one runs", async () => {
  let aborted = false;
  const report = await run([
    modelTest(
      "hangs",
      ({ signal }) =>
        new Promise<undefined>(() => {
          signal.addEventListener("abort", () => {
            aborted = true;
          });
        }),
      { timeout: "50ms" },
    ),
    modelTest("goes on", () => undefined),
  ]);
  expect(report.tests.map(({ outcome }) => outcome)).toEqual(["error", "pass"]);
  expect(report.tests[0]?.cases[0]?.reason).toBe("it took longer than 50ms");
  expect(aborted).toBe(true);
});

test("a filter chooses by name; one that leaves nothing is refused, and so is a run that is stopped", async () => {
  const tests = [modelTest("Alpha one", () => undefined), modelTest("beta", () => undefined)];
  expect((await run(tests, { filter: "alpha" })).tests.map(({ name }) => name)).toEqual(["Alpha one"]);
  await expect(run(tests, { filter: "gamma" })).rejects.toMatchObject({ code: "argument/invalid" });
  const controller = new AbortController();
  const stopping = modelTest("stops", () => {
    controller.abort(new Error("stopped by the host"));
    return new Promise<undefined>(() => undefined);
  });
  await expect(runCi(defineCi({ tests: [stopping] }), { workspace: ws, signal: controller.signal })).rejects.toThrow(
    "stopped by the host",
  );
});

test.each([
  [undefined, "no list of tests"],
  [{ tests: [] }, "no test"],
  [{ tests: [{ name: "a" }] }, "test 1, which is no test"],
  [{ tests: [modelTest("a", () => undefined), modelTest("a", () => undefined)] }, 'two tests named "a"'],
  [{ tests: [{ ...modelTest("a", () => undefined), unmeasured: "ignore" }] }, 'unmeasured: "ignore"'],
  [{ tests: [modelTest("a", () => undefined, { timeout: "soon" })] }, "soon"],
])("a definition that is none is refused: %#", (definition, found) => {
  expect(() => Reflect.apply(defineCi, undefined, [definition])).toThrow(found);
});
