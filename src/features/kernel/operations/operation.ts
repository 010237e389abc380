import type { Kernel } from "../kernel.ts";

/** A value of a register: booleans are 0 or 1, instants epoch ms. */
export type Value = number | string | Float64Array;
/** What a register holds. Lists come in, and what is computed of them is numbers: no operation gives one. */
export type Kind = "number" | "text" | "list";

/** A function over registers' values. (Method syntax: an entry states the operand types it takes, and the program checks kinds.) */
export type Apply = { call(...values: Value[]): Value }["call"];
/** Likewise, where some operands have no result. */
export type ApplyPartly = { call(...values: Value[]): Value | null }["call"];

interface Operands {
  /** The operands' kinds; "same" is any kind, the same for all such operands. */
  readonly takes: readonly (Kind | "same")[];
  /** The kind of any further operands. @default none are taken */
  readonly rest?: Kind | "same";
  readonly gives: Kind | "same";
}

/** A total function: there is a value exactly where every operand has one. */
export interface TotalOperation extends Operands {
  readonly form: "total";
  /** The function, for a kernel. The interpreter calls it, and so does the compiler where there is no `text`. */
  make(kernel: Kernel): Apply;
  /** The same function as a JavaScript expression over A, B and C, where it is short enough to be put in line. */
  readonly text?: string;
}

/** A partial function: called only where every operand has a value; its null is a null. */
export interface PartialOperation extends Operands {
  readonly form: "partial";
  make(kernel: Kernel): ApplyPartly;
}

/** A function that looks at statuses itself. In texts, SA is the status of A. */
export interface StatusOperation extends Operands {
  readonly form: "status";
  readonly value: { readonly text: string; run(statuses: readonly number[], values: readonly Value[]): Value };
  readonly status: { readonly text: string; run(statuses: readonly number[], values: readonly Value[]): number };
}

/** An entry of the table of operations: its meaning, once for the compiler and once for the interpreter, side by side. */
export type Operation = TotalOperation | PartialOperation | StatusOperation;

/** A total function of numbers to a number. */
export function numeric(arity: number, apply: Apply, text?: string): Operation {
  return {
    form: "total",
    takes: Array.from({ length: arity }, () => "number" as const),
    gives: "number",
    make: () => apply,
    ...(text === undefined ? {} : { text }),
  };
}

/** A total function of numbers that the kernel has. */
export function ofKernel(arity: number, make: (kernel: Kernel) => Apply): Operation {
  return { form: "total", takes: Array.from({ length: arity }, () => "number" as const), gives: "number", make };
}
