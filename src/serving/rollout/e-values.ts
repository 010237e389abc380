/** The largest e-value that is reported: larger ones would overflow a double. */
const ceiling = 1e300;
const points = 25;

/** The sums of a guardrail's two e-processes, one a grid point. Adding the sums of two processes merges them. */
export interface GuardrailSums {
  /** Against "the challenger is no worse". */
  readonly harm: readonly number[];
  /** Against "the challenger is worse by the margin or more". */
  readonly safe: readonly number[];
}

/** Sums of no events: both e-values are 1. */
export function emptySums(): GuardrailSums {
  return { harm: new Array<number>(points).fill(0), safe: new Array<number>(points).fill(0) };
}

/**
 * Adds bad events to both e-processes: given that an event was bad, the challenger's part in it is `πφ/(πφ+1−π)` for a
 * risk ratio φ and a challenger's share π at that moment. Exact under random assignment, also when π changes
 * (likelihood ratios mixed over a grid of φ; Ville's inequality bounds the chance of ever reaching 1/α by α).
 */
export function addBadEvents(
  sums: GuardrailSums,
  events: readonly { readonly challenger: boolean; readonly share: number }[],
  margin: number,
): GuardrailSums {
  if (events.length === 0) return sums;
  const harm = [...sums.harm];
  const safe = [...sums.safe];
  for (const { challenger, share } of events) {
    for (let g = 0; g < points; g++) {
      harm[g] = (harm[g] ?? 0) + logRatio(challenger, share, Math.exp(0.02 + 0.12 * g), 1);
      safe[g] = (safe[g] ?? 0) + logRatio(challenger, share, (1 + margin) * Math.exp(-(0.02 + 0.08 * g)), 1 + margin);
    }
  }
  return { harm, safe };
}

function logRatio(challenger: boolean, share: number, ratio: number, nullRatio: number): number {
  const normal = (share * ratio + 1 - share) / (share * nullRatio + 1 - share);
  return (challenger ? Math.log(ratio / nullRatio) : 0) - Math.log(normal);
}

/** The mean of `exp(sum)` over a grid: the e-value. */
export function eValueOf(sums: readonly number[]): number {
  const largest = Math.max(...sums);
  const mean = sums.reduce((total, sum) => total + Math.exp(sum - largest), 0) / sums.length;
  return Math.min(ceiling, Math.exp(Math.min(690, largest + Math.log(mean))));
}

/**
 * E-value against "the rate is at most `bound`" (`"above"`) or "the rate is at least `bound`" (`"below"`) for `bad` of
 * `n` independent trials: binomial likelihood ratios mixed over a grid of rates on the other side of the bound.
 */
export function rateEValue(n: number, bad: number, bound: number, side: "above" | "below"): number {
  const sums: number[] = [];
  for (let g = 1; g <= points; g++) {
    const rate = side === "above" ? bound + ((1 - bound) * g) / (points + 1) : (bound * (points - g)) / points;
    const hits = bad === 0 ? 0 : bad * Math.log(rate / bound);
    sums.push(hits + (n - bad) * Math.log((1 - rate) / (1 - bound)));
  }
  return eValueOf(sums);
}

/** Units assigned at one share. */
export interface AssignedUnits {
  readonly share: number;
  readonly challenger: number;
  readonly champion: number;
}

/**
 * E-value against "units were assigned at the stated shares" (sample ratio mismatch): beta-binomial mixture with a
 * concentration of 200, multiplied over the shares (Lindon and Malek, NeurIPS 2022).
 */
export function sampleRatioEValue(assigned: readonly AssignedUnits[]): number {
  let log = 0;
  for (const { share, challenger, champion } of assigned) {
    const a = 200 * share;
    const b = 200 * (1 - share);
    log += rising(a, challenger) + rising(b, champion) - rising(200, challenger + champion);
    log -= challenger * Math.log(share) + champion * Math.log(1 - share);
  }
  return Math.min(ceiling, Math.exp(Math.min(690, log)));
}

/** ln Γ(x + n) − ln Γ(x) for whole n ≥ 0, by Stirling's series where that is exact enough. */
function rising(x: number, n: number): number {
  let sum = 0;
  let from = x;
  const end = x + n;
  while (from < end && from < 20) {
    sum += Math.log(from);
    from += 1;
  }
  return from >= end ? sum : sum + stirling(end) - stirling(from);
}

function stirling(x: number): number {
  const inverse = 1 / x;
  const square = inverse * inverse;
  const series = inverse * (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680)));
  return (x - 0.5) * Math.log(x) - x + series;
}
