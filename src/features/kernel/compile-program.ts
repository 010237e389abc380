import { featureStatus } from "../../contracts/feature-reader.ts";
import { absenceOf, type Cells } from "./cells.ts";
import type { Kernel } from "./kernel.ts";
import { operations } from "./operations.ts";
import type { Program, Step } from "./program.ts";

/** Runs a program over rows: batches are loops, a request is a loop of one row. */
export type RunProgram = (rows: number, inputs: readonly Cells[], outputs: readonly Cells[]) => void;

/**
 * Compiles a program to one JavaScript function: a loop over rows with a straight-line body.
 *
 * Throws the runtime's `EvalError` where code generation is forbidden; `interpretProgram` gives the same results there.
 */
export function compileProgram(program: Program, kernel: Kernel): RunProgram {
  const make = new Function(
    "k",
    "absence",
    `"use strict"; return function run(rows, inputs, outputs) {\n${bodyOf(program)}\n};`,
  );
  return make(kernel, absenceOf) as RunProgram;
}

function bodyOf(program: Program): string {
  const lines: string[] = [];
  program.inputs.forEach((_, i) => {
    lines.push(`const iv${i} = inputs[${i}].values, is${i} = inputs[${i}].statuses;`);
  });
  program.outputs.forEach((_, i) => {
    lines.push(`const ov${i} = outputs[${i}].values, os${i} = outputs[${i}].statuses;`);
  });
  lines.push("for (let i = 0; i < rows; i++) {");
  program.steps.forEach((step, register) => {
    lines.push(lineOf(step, register));
  });
  program.outputs.forEach(({ register }, i) => {
    const nothing = program.texts[register] === true ? '""' : "NaN";
    lines.push(
      `os${i}[i] = s${register}; ov${i}[i] = s${register} === ${featureStatus.present} ? v${register} : ${nothing};`,
    );
  });
  lines.push("}");
  return lines.join("\n");
}

function lineOf(step: Step, register: number): string {
  const present = featureStatus.present;
  const set = (value: string, status: string): string => `const v${register} = ${value}, s${register} = ${status};`;
  switch (step.kind) {
    case "input":
      return set(`iv${step.input}[i]`, `is${step.input}[i]`);
    case "constant":
      return set(JSON.stringify(step.value), String(present));
    case "isNull":
      return set(`s${step.a} === ${present} ? 0 : 1`, String(present));
    case "orElse":
      return set(`s${step.a} === ${present} ? v${step.a} : v${step.b}`, String(present));
    case "textEq":
      return set(`v${step.a} === v${step.b} ? 1 : 0`, strict(2, step.a, step.b));
    case "operation": {
      const operation = operations[step.op];
      const code = operation?.code(`v${step.a}`, `v${step.b}`) ?? "NaN";
      return set(code, strict(operation?.arity ?? 1, step.a, step.b));
    }
  }
}

function strict(arity: number, a: number, b: number): string {
  if (arity === 1) return `s${a}`;
  const present = featureStatus.present;
  return `s${a} === ${present} && s${b} === ${present} ? ${present} : absence(s${a}, s${b})`;
}
