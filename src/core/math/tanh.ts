import { scaledExp } from "./scaled-exp.ts";
import { addPairs, dividePairs } from "./pair.ts";

/** The hyperbolic tangent; at most 0.52 ulp. The same bits on every runtime. */
export function portableTanh(x: number): number {
  if (x === 0 || Number.isNaN(x)) return x;
  const size = Math.abs(x);
  if (size < 2 ** -4) return x + x * x * x * seriesOf(x * x);
  if (size > 22) return x < 0 ? -1 : 1;
  const exp = scaledExp(2 * size);
  const { hi, lo } = dividePairs(addPairs(exp, { hi: -1, lo: 0 }), addPairs(exp, { hi: 1, lo: 0 }));
  return x < 0 ? -(hi + lo) : hi + lo;
}

/** (tanh x − x) / x³ as a function of x²: the Bernoulli series. */
function seriesOf(z: number): number {
  return (
    -1 / 3 +
    z *
      (2 / 15 +
        z * (-17 / 315 + z * (62 / 2835 + z * (-1382 / 155925 + z * (21844 / 6081075 + (z * -929569) / 638512875)))))
  );
}
