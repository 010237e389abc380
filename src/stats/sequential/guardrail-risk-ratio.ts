import type { ConfidenceOptions, IntervalEstimate } from "../interval-estimate.ts";
import { type NotComputable, notComputable } from "../not-computable.ts";
import { requireCount, requireFraction, requireOpenFraction } from "../require-argument.ts";
import { guardrailGrid, type GuardrailDirection, guardrailLogRatio } from "./guardrail-increments.ts";
import type { GuardrailStratum } from "./guardrail-state.ts";
import { logMeanExp } from "./log-mean-exp.ts";

/** ln φ is looked for between −`widest` and `widest`. */
const widest = 690;

/** Shares at which both arms had traffic, with the bad events at each. */
interface Evidence {
  readonly shares: Float64Array;
  readonly events: Float64Array;
  readonly challenger: number;
  readonly champion: number;
}

/**
 * The ratio of the challenger's bad rate to the champion's, with an interval that is valid at any time: the chance that it *ever* misses
 * the true ratio is at most 1 − confidence, however often you look. So the intersection of the intervals of all looks holds it as well.
 *
 * It is the guardrail e-process turned round: the ratios for which neither the process for harm nor the one for safety with that ratio as
 * its limit has reached 2/(1 − confidence). Conditional on the bad events, hence exact while shares ramp and base rates drift; count at most
 * the first bad event of a unit. Because the grid of that process starts 2% from its limit, the interval stops narrowing at about ±1%.
 *
 * `value` is the maximum-likelihood ratio. `lower` is 0 until the challenger has a few bad events; `upper` is `Infinity` until the champion
 * has a few, and `value` is when the champion has none. `notComputable("empty")` without events at a share strictly between 0 and 1.
 * Throws `argument/invalid` for impossible counts or shares.
 *
 * @param strata - Bad events by share: `GuardrailEProcess.state().strata` of either direction and any margin.
 *
 * @example
 * ```ts
 * import { guardrailRiskRatio, isNotComputable } from "sluice/stats";
 * const ratio = guardrailRiskRatio([{ share: 0.1, challenger: 52, champion: 471 }, { share: 0.5, challenger: 390, champion: 402 }]);
 * if (isNotComputable(ratio)) throw new Error(ratio.detail);
 * if (!(ratio.lower > 0.7 && ratio.value < 1 && ratio.upper < 1.3)) throw new Error("about as good, valid at any time");
 * ```
 */
export function guardrailRiskRatio(
  strata: readonly GuardrailStratum[],
  options: ConfidenceOptions = {},
): IntervalEstimate | NotComputable {
  const confidence = requireOpenFraction("confidence", options.confidence ?? 0.95);
  const evidence = evidenceOf(strata);
  const { challenger, champion } = evidence;
  if (challenger + champion === 0) return notComputable("empty", "no bad event at a share between 0 and 1");
  const needed = Math.log(2) - Math.log1p(-confidence);
  const value = likeliest(evidence);
  const start = challenger * champion === 0 ? 0 : Math.log(value);
  const lower = fallsThrough0((at) => logEAgainst(evidence, "harm", at) - needed, start);
  const upper = -fallsThrough0((at) => logEAgainst(evidence, "safe", -at) - needed, -start);
  return { value, lower: Math.exp(lower), upper: Math.exp(upper), confidence };
}

function evidenceOf(strata: readonly GuardrailStratum[]): Evidence {
  const informative: GuardrailStratum[] = [];
  for (const [i, { share, challenger, champion }] of strata.entries()) {
    requireFraction(`strata[${i}].share`, share);
    requireCount(`strata[${i}].challenger`, challenger);
    requireCount(`strata[${i}].champion`, champion);
    if (share > 0 && share < 1) informative.push({ share, challenger, champion });
  }
  return {
    shares: Float64Array.from(informative, ({ share }) => share),
    events: Float64Array.from(informative, ({ challenger, champion }) => challenger + champion),
    challenger: informative.reduce((sum, { challenger }) => sum + challenger, 0),
    champion: informative.reduce((sum, { champion }) => sum + champion, 0),
  };
}

const scratch = new Float64Array(guardrailGrid);

/**
 * The logarithm of the e-value with φ₀ = e^logRatio as the limit. The log-likelihood is concave in ln φ, so it falls (harm) or rises
 * (safe) with φ₀ everywhere, and what is not proven is an interval.
 */
function logEAgainst(evidence: Evidence, direction: GuardrailDirection, logRatio: number): number {
  const { shares, events, challenger } = evidence;
  const inverse = Math.exp(-logRatio);
  const sums = scratch.fill(0);
  for (let g = 0; g < guardrailGrid; g++) {
    const step = guardrailLogRatio(direction, g);
    const growth = Math.expm1(step);
    let sum = challenger * step;
    for (let s = 0; s < shares.length; s++) {
      const share = shares[s] as number;
      sum -= (events[s] as number) * Math.log1p((share * growth) / ((1 - share) * inverse + share));
    }
    sums[g] = sum;
  }
  return logMeanExp(sums);
}

/** The φ under which the challenger was to have as many bad events as it had. */
function likeliest({ shares, events, challenger, champion }: Evidence): number {
  if (challenger === 0) return 0;
  if (champion === 0) return Number.POSITIVE_INFINITY;
  const missing = (logRatio: number): number => {
    const inverse = Math.exp(-logRatio);
    let expected = 0;
    for (let s = 0; s < shares.length; s++) {
      const share = shares[s] as number;
      expected += ((events[s] as number) * share) / ((1 - share) * inverse + share);
    }
    return challenger - expected;
  };
  return Math.exp(fallsThrough0(missing, 0));
}

/**
 * Where a falling function passes 0, on the side where it is not below; −Infinity if it is below 0 on the whole range. Doubled steps from
 * the start, then false position in its Illinois form: some ten evaluations instead of the sixty of a bisection.
 */
function fallsThrough0(f: (at: number) => number, start: number): number {
  let low = start;
  let high = start;
  let atLow = f(start);
  let atHigh = atLow;
  for (let step = 0.125; atLow < 0; step *= 2) {
    if (low === -widest) return Number.NEGATIVE_INFINITY;
    high = low;
    atHigh = atLow;
    low = Math.max(-widest, low - step);
    atLow = f(low);
  }
  for (let step = 0.125; atHigh >= 0 && high < widest; step *= 2) {
    low = high;
    atLow = atHigh;
    high = Math.min(widest, high + step);
    atHigh = f(high);
  }
  let moved = 0;
  for (let i = 0; i < 200 && high - low > 1e-14 * Math.max(1, Math.abs(low)); i++) {
    const secant = low + (high - low) * (atLow / (atLow - atHigh));
    const at = i < 60 && secant > low && secant < high ? secant : (low + high) / 2;
    const value = f(at);
    // An end that stays twice counts half, so that both close in.
    if (value >= 0) {
      if (moved > 0) atHigh /= 2;
      low = at;
      atLow = value;
      moved = 1;
    } else {
      if (moved < 0) atLow /= 2;
      high = at;
      atHigh = value;
      moved = -1;
    }
  }
  return low;
}
