import { numeric, ofKernel, type Operation, type Value } from "./operation.ts";
import { roundHalfAway, roundHalfEven } from "./rounding.ts";

/** Arithmetic, rounding and comparison of numbers; booleans are 0 and 1, instants epoch ms. */
export const numberOperations: { readonly [op: string]: Operation } = {
  add: numeric(2, (a: number, b: number) => a + b, "A + B"),
  sub: numeric(2, (a: number, b: number) => a - b, "A - B"),
  mul: numeric(2, (a: number, b: number) => a * b, "A * B"),
  div: numeric(2, (a: number, b: number) => a / b, "A / B"),
  rem: numeric(2, (a: number, b: number) => a % b, "A % B"),
  min: numeric(2, (a: number, b: number) => Math.min(a, b), "Math.min(A, B)"),
  max: numeric(2, (a: number, b: number) => Math.max(a, b), "Math.max(A, B)"),
  gt: numeric(2, (a: number, b: number) => (a > b ? 1 : 0), "A > B ? 1 : 0"),
  ge: numeric(2, (a: number, b: number) => (a >= b ? 1 : 0), "A >= B ? 1 : 0"),
  lt: numeric(2, (a: number, b: number) => (a < b ? 1 : 0), "A < B ? 1 : 0"),
  le: numeric(2, (a: number, b: number) => (a <= b ? 1 : 0), "A <= B ? 1 : 0"),
  abs: numeric(1, (a: number) => Math.abs(a), "Math.abs(A)"),
  neg: numeric(1, (a: number) => -a, "-A"),
  sign: numeric(1, (a: number) => Math.sign(a), "Math.sign(A)"),
  floor: numeric(1, (a: number) => Math.floor(a), "Math.floor(A)"),
  ceil: numeric(1, (a: number) => Math.ceil(a), "Math.ceil(A)"),
  trunc: numeric(1, (a: number) => Math.trunc(a), "Math.trunc(A)"),
  round: numeric(1, roundHalfAway),
  roundHalfEven: numeric(1, roundHalfEven),
  isNaN: numeric(1, (a: number) => (Number.isNaN(a) ? 1 : 0), "A !== A ? 1 : 0"),
  sqrt: numeric(1, (a: number) => Math.sqrt(a), "Math.sqrt(A)"),
  cbrt: ofKernel(1, (k) => k.cbrt),
  exp: ofKernel(1, (k) => k.exp),
  expm1: ofKernel(1, (k) => k.expm1),
  log: ofKernel(1, (k) => k.log),
  log1p: ofKernel(1, (k) => k.log1p),
  log2: ofKernel(1, (k) => k.log2),
  log10: ofKernel(1, (k) => k.log10),
  pow: ofKernel(2, (k) => k.pow),
  sin: ofKernel(1, (k) => k.sin),
  cos: ofKernel(1, (k) => k.cos),
  tan: ofKernel(1, (k) => k.tan),
  asin: ofKernel(1, (k) => k.asin),
  acos: ofKernel(1, (k) => k.acos),
  atan: ofKernel(1, (k) => k.atan),
  atan2: ofKernel(2, (k) => k.atan2),
  sinh: ofKernel(1, (k) => k.sinh),
  cosh: ofKernel(1, (k) => k.cosh),
  tanh: ofKernel(1, (k) => k.tanh),
  hypot: ofKernel(2, (k) => k.hypot),
  bucket: { form: "total", takes: ["number"], rest: "number", gives: "number", make: () => bucketOf },
};

/** How many of the edges are at most x. */
function bucketOf(...values: Value[]): number {
  const x = Number(values[0]);
  if (Number.isNaN(x)) return x;
  let low = 1;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (Number(values[middle]) <= x) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
