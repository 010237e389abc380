import type { Kernel } from "./kernel.ts";

/** An operation of expressions, twice: as the text that the compiler emits, and as the function that the interpreter calls. */
export interface Operation {
  readonly arity: 1 | 2;
  /** The value's expression in JavaScript; `k` is the kernel. */
  code(a: string, b: string): string;
  run(k: Kernel, a: number, b: number): number;
}

/** The operations on numbers whose result has a value only where every operand has one. Booleans are 0 or 1. */
export const operations: { readonly [op: string]: Operation } = {
  add: { arity: 2, code: (a, b) => `${a} + ${b}`, run: (_, a, b) => a + b },
  sub: { arity: 2, code: (a, b) => `${a} - ${b}`, run: (_, a, b) => a - b },
  mul: { arity: 2, code: (a, b) => `${a} * ${b}`, run: (_, a, b) => a * b },
  div: { arity: 2, code: (a, b) => `${a} / ${b}`, run: (_, a, b) => a / b },
  min: { arity: 2, code: (a, b) => `Math.min(${a}, ${b})`, run: (_, a, b) => Math.min(a, b) },
  max: { arity: 2, code: (a, b) => `Math.max(${a}, ${b})`, run: (_, a, b) => Math.max(a, b) },
  gt: { arity: 2, code: (a, b) => `${a} > ${b} ? 1 : 0`, run: (_, a, b) => (a > b ? 1 : 0) },
  ge: { arity: 2, code: (a, b) => `${a} >= ${b} ? 1 : 0`, run: (_, a, b) => (a >= b ? 1 : 0) },
  lt: { arity: 2, code: (a, b) => `${a} < ${b} ? 1 : 0`, run: (_, a, b) => (a < b ? 1 : 0) },
  le: { arity: 2, code: (a, b) => `${a} <= ${b} ? 1 : 0`, run: (_, a, b) => (a <= b ? 1 : 0) },
  eq: { arity: 2, code: (a, b) => `${a} === ${b} ? 1 : 0`, run: (_, a, b) => (a === b ? 1 : 0) },
  and: { arity: 2, code: (a, b) => `${a} !== 0 && ${b} !== 0 ? 1 : 0`, run: (_, a, b) => (a !== 0 && b !== 0 ? 1 : 0) },
  or: { arity: 2, code: (a, b) => `${a} !== 0 || ${b} !== 0 ? 1 : 0`, run: (_, a, b) => (a !== 0 || b !== 0 ? 1 : 0) },
  not: { arity: 1, code: (a) => `${a} === 0 ? 1 : 0`, run: (_, a) => (a === 0 ? 1 : 0) },
  toNumber: { arity: 1, code: (a) => a, run: (_, a) => a },
  abs: { arity: 1, code: (a) => `Math.abs(${a})`, run: (_, a) => Math.abs(a) },
  neg: { arity: 1, code: (a) => `-${a}`, run: (_, a) => -a },
  sqrt: { arity: 1, code: (a) => `Math.sqrt(${a})`, run: (_, a) => Math.sqrt(a) },
  floor: { arity: 1, code: (a) => `Math.floor(${a})`, run: (_, a) => Math.floor(a) },
  log1p: { arity: 1, code: (a) => `k.log1p(${a})`, run: (k, a) => k.log1p(a) },
  hour: { arity: 1, code: (a) => `k.hour(${a})`, run: (k, a) => k.hour(a) },
  weekday: { arity: 1, code: (a) => `k.weekday(${a})`, run: (k, a) => k.weekday(a) },
};
