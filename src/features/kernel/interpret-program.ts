import { featureStatus } from "../../contracts/feature-reader.ts";
import { absenceOf, type ComputableCells, type InputCells } from "./cells.ts";
import type { RunProgram } from "./compile-program.ts";
import type { Kernel } from "./kernel.ts";
import type { Operation, Value } from "./operations/operation.ts";
import type { Program, Step } from "./program.ts";

/** The registers of one row. */
interface Registers {
  readonly values: Value[];
  readonly statuses: number[];
}

type Closure = (registers: Registers, inputs: readonly InputCells[], row: number) => void;

const { present } = featureStatus;

/** Runs a program without generating code: closures over registers, with the results of `compileProgram` to the bit. */
export function interpretProgram(program: Program, kernel: Kernel): RunProgram {
  const steps = program.steps.map((step, register) =>
    closureOf(step, register, kernel, program.texts[register] === true),
  );
  return (rows, inputs, outputs, from = 0) => {
    const registers: Registers = {
      values: new Array<number>(steps.length).fill(0),
      statuses: new Array<number>(steps.length).fill(0),
    };
    for (let row = from; row < rows; row++) {
      for (const step of steps) step(registers, inputs, row);
      program.outputs.forEach(({ register }, i) => {
        store(outputs[i], row, registers.values[register] ?? 0, registers.statuses[register] ?? 0);
      });
    }
  };
}

function set(registers: Registers, register: number, value: Value, status: number): void {
  registers.values[register] = value;
  registers.statuses[register] = status;
}

function closureOf(step: Step, register: number, kernel: Kernel, isText: boolean): Closure {
  switch (step.kind) {
    case "input":
      return (r, inputs, row) =>
        set(r, register, inputs[step.input]?.values[row] ?? 0, inputs[step.input]?.statuses[row] ?? 0);
    case "constant":
      return (r) => set(r, register, step.value, present);
    case "operation":
      return operationClosure(step.operation, step.operands, register, kernel, isText ? "" : Number.NaN);
  }
}

function operationClosure(
  operation: Operation,
  operands: readonly number[],
  register: number,
  kernel: Kernel,
  nothing: Value,
): Closure {
  const valuesOf = (r: Registers): Value[] => operands.map((each) => r.values[each] ?? Number.NaN);
  const statusesOf = (r: Registers): number[] => operands.map((each) => r.statuses[each] ?? 0);
  switch (operation.form) {
    case "status":
      return (r) => {
        const values = valuesOf(r);
        const statuses = statusesOf(r);
        set(r, register, operation.value.run(statuses, values), operation.status.run(statuses, values));
      };
    case "total": {
      const apply = operation.make(kernel);
      return (r) => set(r, register, apply(...valuesOf(r)), strict(statusesOf(r)));
    }
    case "partial": {
      const apply = operation.make(kernel);
      return (r) => {
        const status = strict(statusesOf(r));
        const value = status === present ? apply(...valuesOf(r)) : null;
        set(r, register, value ?? nothing, status === present && value === null ? featureStatus.null : status);
      };
    }
  }
}

function strict(statuses: readonly number[]): number {
  if (statuses.every((each) => each === present)) return present;
  return statuses.filter((each) => each !== present).reduce((a, b) => absenceOf(a, b));
}

function store(output: ComputableCells | undefined, row: number, value: Value, status: number): void {
  if (output === undefined) return;
  output.statuses[row] = status;
  if (output.kind === "text") output.values[row] = status === present ? String(value) : "";
  else output.values[row] = status === present && typeof value === "number" ? value : Number.NaN;
}
