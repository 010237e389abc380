import { exponentOf, scaleBy } from "./double-bits.ts";
import { exactProduct } from "./pair.ts";

/** The cube root; at most 0.51 ulp, exact for cubes. The same bits on every runtime. */
export function portableCbrt(x: number): number {
  if (x === 0 || !Number.isFinite(x)) return x;
  const size = Math.abs(x) < 2.2250738585072014e-308 ? Math.abs(x) * 2 ** 54 : Math.abs(x);
  const third = Math.floor(exponentOf(size) / 3);
  const m = scaleBy(size, -3 * third);
  // 1 ≤ m < 8: a line, then Halley's iteration, which triples the digits.
  let root = 0.9 + 0.16 * m;
  for (let i = 0; i < 4; i++) {
    const cube = root * root * root;
    root = (root * (cube + 2 * m)) / (2 * cube + m);
  }
  const square = exactProduct(root, root);
  const cube = exactProduct(square.hi, root);
  const residue = m - cube.hi - cube.lo - square.lo * root;
  const result = scaleBy(root + residue / (3 * square.hi), size === Math.abs(x) ? third : third - 18);
  return x < 0 ? -result : result;
}
