import { featureStatus } from "../../contracts/feature-reader.ts";
import { absenceOf, type ComputableCells, type InputCells } from "./cells.ts";
import type { Kernel } from "./kernel.ts";
import type { Operation } from "./operations/operation.ts";
import type { Program, Step } from "./program.ts";

/** Runs a program over the rows before `rows`, from the one at `from` (by default the first) on: batches are loops, a request is a loop of one row. */
export type RunProgram = (
  rows: number,
  inputs: readonly InputCells[],
  outputs: readonly ComputableCells[],
  from?: number,
) => void;

const { present } = featureStatus;

/**
 * Compiles a program to one JavaScript function: a loop over rows with a straight-line body.
 *
 * Throws the runtime's `EvalError` where code generation is forbidden; `interpretProgram` gives the same results there.
 */
export function compileProgram(program: Program, kernel: Kernel): RunProgram {
  const functions = program.steps.map((step) =>
    step.kind === "operation" && step.operation.form !== "status" ? step.operation.make(kernel) : undefined,
  );
  const make = new Function("functions", "absence", `"use strict";\n${sourceOf(program)}`);
  return make(functions, absenceOf) as RunProgram;
}

/** The generated function's source. Register n is the value `vn` and the status `sn`; `fn` is the function of step n. */
function sourceOf(program: Program): string {
  const lines: string[] = [];
  program.steps.forEach((step, n) => {
    if (step.kind === "operation" && isCalled(step.operation)) lines.push(`const f${n} = functions[${n}];`);
  });
  lines.push("return function run(rows, inputs, outputs, from = 0) {");
  program.inputs.forEach((_, i) => {
    lines.push(`const iv${i} = inputs[${i}].values, is${i} = inputs[${i}].statuses;`);
  });
  program.outputs.forEach((_, i) => {
    lines.push(`const ov${i} = outputs[${i}].values, os${i} = outputs[${i}].statuses;`);
  });
  lines.push("for (let i = from; i < rows; i++) {");
  program.steps.forEach((step, n) => {
    lines.push(...linesOf(program, step, n));
  });
  program.outputs.forEach(({ register }, i) => {
    const value = `${statusText(program, register)} === ${present} ? ${valueText(program, register)} : ${nothing(program, register)}`;
    lines.push(`os${i}[i] = ${statusText(program, register)}; ov${i}[i] = ${value};`);
  });
  lines.push("}", "};");
  return lines.join("\n");
}

function isCalled(operation: Operation): boolean {
  return operation.form === "partial" || (operation.form === "total" && operation.text === undefined);
}

function linesOf(program: Program, step: Step, n: number): readonly string[] {
  if (step.kind === "constant") return [];
  if (step.kind === "input") return [`const v${n} = iv${step.input}[i], s${n} = is${step.input}[i];`];
  const { operation, operands } = step;
  const values = operands.map((each) => valueText(program, each));
  const statuses = operands.map((each) => statusText(program, each));
  if (operation.form === "status") {
    const filled = (text: string): string => fill(text, values, statuses);
    return [`const v${n} = ${filled(operation.value.text)}, s${n} = ${filled(operation.status.text)};`];
  }
  const call = `f${n}(${values.join(", ")})`;
  if (operation.form === "total") {
    const value = operation.text === undefined ? call : fill(operation.text, values, statuses);
    return [`const v${n} = ${value}, s${n} = ${strict(statuses)};`];
  }
  return [
    `const t${n} = ${strict(statuses)}, w${n} = t${n} === ${present} ? ${call} : null;`,
    `const v${n} = w${n} === null ? ${nothing(program, n)} : w${n};`,
    `const s${n} = t${n} === ${present} && w${n} === null ? ${featureStatus.null} : t${n};`,
  ];
}

function fill(text: string, values: readonly string[], statuses: readonly string[]): string {
  return text.replace(/\b(S?)([ABC])\b/g, (_, isStatus: string, letter: string) => {
    const operand = letter.charCodeAt(0) - 65;
    return (isStatus === "" ? values[operand] : statuses[operand]) ?? "";
  });
}

/** The status of what has a value exactly where every operand has one. */
function strict(statuses: readonly string[]): string {
  const open = statuses.filter((each) => each !== String(present));
  if (open.length === 0) return String(present);
  if (open.length === 1) return open.join("");
  const all = open.map((each) => `${each} === ${present}`).join(" && ");
  return `${all} ? ${present} : ${open.reduce((a, b) => `absence(${a}, ${b})`)}`;
}

function valueText(program: Program, register: number): string {
  const step = program.steps[register];
  if (step?.kind !== "constant") return `v${register}`;
  return typeof step.value === "number" && step.value < 0 ? `(${step.value})` : JSON.stringify(step.value);
}

function statusText(program: Program, register: number): string {
  return program.steps[register]?.kind === "constant" ? String(present) : `s${register}`;
}

function nothing(program: Program, register: number): string {
  return program.texts[register] === true ? '""' : "NaN";
}
