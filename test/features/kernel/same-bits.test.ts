import { spawnSync } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { seededRandom } from "../../../src/core/random.ts";
import { makeKernel } from "../../../src/features/index.ts";
import type { InputCells } from "../../../src/features/kernel/cells.ts";
import { compileProgram } from "../../../src/features/kernel/compile-program.ts";
import { interpretProgram } from "../../../src/features/kernel/interpret-program.ts";
import { operations } from "../../../src/features/kernel/operations/operations.ts";
import type { Program } from "../../../src/features/kernel/program.ts";
import { everyOperation, inputsOf, outputsOf, randomProgram } from "../../support/kernel-programs.ts";

const kernel = makeKernel();

function oneRow(cells: InputCells, row: number): InputCells {
  const statuses = cells.statuses.slice(row, row + 1);
  if (cells.kind === "numbers") return { kind: "numbers", values: cells.values.slice(row, row + 1), statuses };
  return cells.kind === "text"
    ? { kind: "text", values: cells.values.slice(row, row + 1), statuses }
    : { kind: "number", values: cells.values.slice(row, row + 1), statuses };
}

/** Runs a program in three ways over random cells; the number of cells compared, and where the first difference is. */
function compare(
  program: Program,
  inputs: readonly InputCells[],
  rows: number,
): { cells: number; difference?: string } {
  const batch = outputsOf(program, rows);
  const interpreted = outputsOf(program, rows);
  const run = compileProgram(program, kernel);
  run(rows, inputs, batch);
  interpretProgram(program, kernel)(rows, inputs, interpreted);
  for (let row = 0; row < rows; row++) {
    const single = outputsOf(program, 1);
    run(
      1,
      inputs.map((cells) => oneRow(cells, row)),
      single,
    );
    for (let i = 0; i < batch.length; i++) {
      const found = [batch[i], interpreted[i]].map((each) => [each?.values[row], each?.statuses[row]]);
      const expected = [single[i]?.values[0], single[i]?.statuses[0]];
      if (found.every((each) => Object.is(each[0], expected[0]) && each[1] === expected[1])) continue;
      return {
        cells: 0,
        difference: `${program.outputs[i]?.name}, row ${row}: ${JSON.stringify([...found, expected])}`,
      };
    }
  }
  return { cells: rows * batch.length };
}

test("batch, single row and interpreter give the same bits: a million random cells over every operation", () => {
  const random = seededRandom("same bits");
  const used = new Set<unknown>();
  let cells = 0;
  for (let p = 0; cells < 1_000_000; p++) {
    const program = p % 4 === 0 ? everyOperation(random) : randomProgram(random, 12, 4);
    for (const step of program.steps) if (step.kind === "operation") used.add(step.operation);
    const compared = compare(program, inputsOf(program, random, 300), 300);
    expect(compared.difference).toBeUndefined();
    cells += compared.cells;
  }
  expect(Object.keys(operations).filter((op) => !used.has(operations[op]))).toEqual([]);
  expect(cells).toBeGreaterThanOrEqual(1_000_000);
}, 120_000);

test("a broken operation is noticed by the comparison", () => {
  const random = seededRandom("broken");
  const program = everyOperation(random);
  const steps = program.steps.map((step) =>
    step.kind === "operation" && step.operation === operations["floor"]
      ? { ...step, operation: { ...step.operation, text: "Math.ceil(A)" } }
      : step,
  );
  expect(compare({ ...program, steps }, inputsOf(program, random, 200), 200).difference).toContain("floor");
});

test("where code generation is forbidden, the interpreter gives the same results", () => {
  const script = fileURLToPath(new URL("../../support/run-without-code-generation.ts", import.meta.url));
  const run = (flags: readonly string[]): string => {
    const child = spawnSync(process.execPath, [...flags, "--no-warnings", script], { encoding: "utf8" });
    if (child.status !== 0) throw new Error(child.stderr);
    return child.stdout;
  };
  const compiled = JSON.parse(run([]));
  const interpreted = JSON.parse(run(["--disallow-code-generation-from-strings"]));
  expect(compiled.canGenerate).toBe(true);
  expect(interpreted.canGenerate).toBe(false);
  expect(interpreted.digest).toBe(compiled.digest);
});
