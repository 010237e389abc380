import { featureStatus } from "../../contracts/feature-reader.ts";
import { absenceOf, type Cells } from "./cells.ts";
import type { RunProgram } from "./compile-program.ts";
import type { Kernel } from "./kernel.ts";
import { operations } from "./operations.ts";
import type { Program, Step } from "./program.ts";

/** The registers of one row. */
interface Registers {
  readonly values: (number | string)[];
  readonly statuses: number[];
}

/** Runs a program without generating code: closures over registers, with the results of `compileProgram` to the bit. */
export function interpretProgram(program: Program, kernel: Kernel): RunProgram {
  const steps = program.steps.map((step, register) => closureOf(step, register, kernel));
  return (rows, inputs, outputs) => {
    const registers: Registers = {
      values: new Array<number>(steps.length).fill(0),
      statuses: new Array<number>(steps.length).fill(0),
    };
    for (let row = 0; row < rows; row++) {
      for (const step of steps) step(registers, inputs, row);
      program.outputs.forEach(({ register }, i) => {
        store(outputs[i], row, registers.values[register] ?? 0, registers.statuses[register] ?? 0);
      });
    }
  };
}

type Closure = (registers: Registers, inputs: readonly Cells[], row: number) => void;

function closureOf(step: Step, register: number, kernel: Kernel): Closure {
  const set = (r: Registers, value: number | string, status: number): void => {
    r.values[register] = value;
    r.statuses[register] = status;
  };
  switch (step.kind) {
    case "input":
      return (r, inputs, row) => set(r, inputs[step.input]?.values[row] ?? 0, inputs[step.input]?.statuses[row] ?? 0);
    case "constant":
      return (r) => set(r, step.value, featureStatus.present);
    case "isNull":
      return (r) => set(r, r.statuses[step.a] === featureStatus.present ? 0 : 1, featureStatus.present);
    case "orElse":
      return (r) =>
        set(
          r,
          (r.statuses[step.a] === featureStatus.present ? r.values[step.a] : r.values[step.b]) ?? 0,
          featureStatus.present,
        );
    case "textEq":
      return (r) => set(r, r.values[step.a] === r.values[step.b] ? 1 : 0, strict(r, step.a, step.b));
    case "operation": {
      const operation = operations[step.op];
      const b = operation?.arity === 2 ? step.b : step.a;
      return (r) =>
        set(r, operation?.run(kernel, numberIn(r, step.a), numberIn(r, b)) ?? Number.NaN, strict(r, step.a, b));
    }
  }
}

function numberIn(registers: Registers, register: number): number {
  const value = registers.values[register];
  return typeof value === "number" ? value : Number.NaN;
}

function strict(registers: Registers, a: number, b: number): number {
  const left = registers.statuses[a] ?? 0;
  const right = registers.statuses[b] ?? 0;
  return left === featureStatus.present && right === featureStatus.present
    ? featureStatus.present
    : absenceOf(left, right);
}

function store(output: Cells | undefined, row: number, value: number | string, status: number): void {
  if (output === undefined) return;
  output.statuses[row] = status;
  const present = status === featureStatus.present;
  if (output.kind === "text") output.values[row] = present ? String(value) : "";
  else output.values[row] = present && typeof value === "number" ? value : Number.NaN;
}
