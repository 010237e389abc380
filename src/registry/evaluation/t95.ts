import { studentTIsf } from "../../stats/distributions/student-t.ts";
import { z95 } from "./evaluation-metric.ts";

/** From so many degrees of freedom on the expansion is right to nine digits. */
const enough = 60;

/**
 * The 97.5% quantile of Student's t: half the width of the 95% interval of a mean in standard errors that were estimated from `dof + 1` rows. Of many rows by
 * the expansion around the normal one (R. A. Fisher, E. A. Cornish, 1960; M. Abramowitz, I. Stegun, 26.7.5), which takes no time.
 */
export function t95(dof: number): number {
  if (dof < enough) return studentTIsf(0.025, dof);
  const z = z95;
  const s = z * z;
  const terms = [
    (s + 1) / 4,
    (5 * s * s + 16 * s + 3) / 96,
    (3 * s * s * s + 19 * s * s + 17 * s - 15) / 384,
    (79 * s * s * s * s + 776 * s * s * s + 1482 * s * s - 1920 * s - 945) / 92160,
  ];
  return z * terms.reduceRight((sum, term) => (sum + term) / dof, 0) + z;
}
