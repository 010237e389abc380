import type { Operation } from "./operation.ts";

/**
 * Lists of doubles. Sums go from the first item to the last, in doubles: the same bits wherever they are computed. Lists of different lengths have no
 * product, and a list of zeros alone (or of nothing) no direction: null.
 */
export const listOperations: { readonly [op: string]: Operation } = {
  size: { form: "partial", takes: ["list"], gives: "number", make: () => (a: Float64Array) => a.length },
  at: {
    form: "partial",
    takes: ["list", "number"],
    gives: "number",
    make: () => (a: Float64Array, index: number) => a[index] ?? null,
  },
  dot: { form: "partial", takes: ["list", "list"], gives: "number", make: () => dot },
  norm: { form: "partial", takes: ["list"], gives: "number", make: () => norm },
  cosine: { form: "partial", takes: ["list", "list"], gives: "number", make: () => cosine },
};

function dot(a: Float64Array, b: Float64Array): number | null {
  if (a.length !== b.length) return null;
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

/** The largest size of an item; NaN where one is NaN. By it items are scaled, so that squares neither overflow nor vanish. */
function largest(a: Float64Array): number {
  let most = 0;
  for (const item of a) most = Math.max(most, Math.abs(item));
  return most;
}

function norm(a: Float64Array): number {
  const scale = largest(a);
  return scale === 0 || !Number.isFinite(scale) ? scale : scale * Math.sqrt(scaledSquares(a, scale));
}

function scaledSquares(a: Float64Array, scale: number): number {
  let sum = 0;
  for (const item of a) sum += (item / scale) ** 2;
  return sum;
}

function cosine(a: Float64Array, b: Float64Array): number | null {
  if (a.length !== b.length) return null;
  const [scaleA, scaleB] = [largest(a), largest(b)];
  if (scaleA === 0 || scaleB === 0) return null;
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += ((a[i] as number) / scaleA) * ((b[i] as number) / scaleB);
  const share = sum / (Math.sqrt(scaledSquares(a, scaleA)) * Math.sqrt(scaledSquares(b, scaleB)));
  return Math.max(-1, Math.min(1, share));
}
