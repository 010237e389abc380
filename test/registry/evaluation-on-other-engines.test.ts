import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { afterEach, expect, onTestFinished, test, vi } from "vitest";
import type { EvaluationReport } from "../../src/contracts/evaluation-report.ts";
import { metric } from "../../src/registry/evaluation/metric.ts";
import { labelledMatrix } from "../../src/table/labelled-matrix.ts";
import { fitLogistic } from "../../src/training/fit-logistic.ts";
import * as loop from "../support/small-loop.ts";

/** What ECMAScript leaves to the engine to approximate, and evaluations might call. */
const approximated = ["exp", "expm1", "log", "log1p", "log2", "log10", "sin", "cos", "tan", "cbrt", "hypot"] as const;

afterEach(() => void vi.restoreAllMocks());

/** An engine whose elementary functions end in other last bits than this one's. */
function anotherEngine(): void {
  for (const name of approximated) {
    const own = Math[name] as (...numbers: number[]) => number;
    vi.spyOn(Math, name).mockImplementation((...numbers: number[]) => {
      const value = own(...numbers);
      // Exact results are exact everywhere.
      return Number.isInteger(value) ? value : value * (1 + 2 ** -51);
    });
  }
}

/** A report's members as texts, without the code that the machine says and the times that the clock says. */
function membersOf({ digest: _digest, code: _code, ...report }: EvaluationReport): { readonly [name: string]: string } {
  return Object.fromEntries(Object.entries(report).map(([name, value]) => [name, JSON.stringify(value)]));
}

test("an evaluation has the same bits on an engine with other last digits of logarithms and exponentials", async () => {
  const folder = mkdtempSync(`${tmpdir()}/sluice-engines-`);
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const ws = await loop.openLoop(folder);
  const rows = loop.someFlights(4000);
  await loop.ingestFlights(ws, rows);
  const training = await loop.trainingOf(ws, rows.slice(500, 3000));
  const heldOut = await loop.trainingOf(ws, rows.slice(3000));
  const artifact = fitLogistic(labelledMatrix(training.table, loop.delayModel.vector, "late"), { l2: 0.01 });
  const share = metric("share", { higherIsBetter: true, value: (labels) => labels.reduce((a, b) => a + b, 0) });
  const evaluate = async (): Promise<EvaluationReport> =>
    await ws.registry.evaluate(loop.delayModel, artifact, heldOut, {
      label: "late",
      metrics: ["auc", "logLoss", "brier", "averagePrecision", "f1@0.5", "mcc@0.5", share],
      slices: ["origin"],
      maxExcludedShare: 0.2,
      worstSlices: { columns: ["origin", "distance", "late"] },
      thresholds: [{ criterion: "youden" }, { criterion: "recall", precisionAtLeast: 0.5 }],
      fairness: { columns: ["origin"], minRows: 10 },
    });
  const here = membersOf(await evaluate());
  anotherEngine();
  expect(Math.log(3)).not.toBe(1.0986122886681098);
  const there = membersOf(await evaluate());
  await ws.close();
  expect(Object.keys(there)).toEqual(Object.keys(here));
  expect(there).toEqual(here);
}, 60_000);
