import { portable } from "../../core/math/portable.ts";
import { betaPoint, logLowerBeta } from "../special/incomplete-beta.ts";
import { logBeta } from "../special/log-beta.ts";
import { normalIsf } from "./normal.ts";
import { solveLogTail } from "./solve-log-tail.ts";

/**
 * ln(x/(1 − x)) of the x at which the lower tail of a Beta(a, b) is `tail`, at most about ½. On that scale x and 1 − x are both precise, which
 * Student's t and F with many degrees of freedom need. Where one of the ends is reached to within 1e-300, its power law is the answer.
 */
export function betaLogit(tail: number, a: number, b: number): number {
  const target = portable.log(tail);
  const norm = logBeta(a, b);
  const power = (target + portable.log(a) + norm) / a;
  if (power < -700 && power + portable.log(b) < -40) return power;
  const fromEnd = (portable.log1p(-tail) + portable.log(b) + norm) / b;
  if (fromEnd < -700 && fromEnd + portable.log(a) < -40) return -fromEnd;
  const bulk = portable.log(a / b) - normalIsf(tail) * Math.sqrt(1 / a + 1 / b);
  // Next to the end where nearly all of a variable of small b lies, what is below is 1 less a rounding: the steps start at its power law.
  const far = b < 0.01 && tail > b && fromEnd + portable.log(a) < -3 ? -fromEnd : Math.max(-700, Math.min(700, bulk));
  const start = a < 1 ? Math.min(power, 700) : far;
  const at = (w: number): { log: number; slope: number } => {
    const small = portable.exp(-Math.abs(w));
    const less = small / (1 + small);
    const more = 1 / (1 + small);
    const point = w < 0 ? betaPoint(a, b, less, more) : betaPoint(a, b, more, less);
    return logLowerBeta(a, b, point);
  };
  return solveLogTail(at, target, start);
}
