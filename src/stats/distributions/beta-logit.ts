import { betaPoint, logBetaDensityAt, logBetaTails } from "../special/incomplete-beta.ts";
import { logBeta } from "../special/log-beta.ts";
import { normalIsf } from "./normal.ts";
import { solveLogTail } from "./solve-log-tail.ts";

/**
 * ln(x/(1 − x)) of the x at which the lower tail of a Beta(a, b) is `tail`, at most about ½. On that scale x and 1 − x are both precise, which
 * Student's t and F with many degrees of freedom need.
 */
export function betaLogit(tail: number, a: number, b: number): number {
  const target = Math.log(tail);
  const power = (target + Math.log(a) + logBeta(a, b)) / a;
  if (power < -700 && power + Math.log(b) < -40) return power;
  const bulk = Math.log(a / b) - normalIsf(tail) * Math.sqrt(1 / a + 1 / b);
  const start = a < 1 ? Math.min(power, 700) : Math.max(-700, Math.min(700, bulk));
  const at = (w: number): { log: number; slope: number } => {
    const small = Math.exp(-Math.abs(w));
    const less = small / (1 + small);
    const more = 1 / (1 + small);
    const point = w < 0 ? betaPoint(a, b, less, more) : betaPoint(a, b, more, less);
    const log = logBetaTails(a, b, point).lower;
    return { log, slope: Math.exp(logBetaDensityAt(a, b, point) - log) };
  };
  return solveLogTail(at, target, start);
}
