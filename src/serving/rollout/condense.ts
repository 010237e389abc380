import type { RolloutPlan } from "../../contracts/rollout.ts";
import type {
  AnsweredObservation,
  BadEvents,
  Evidence,
  Observation,
  OutcomeObservation,
  ShadowedObservation,
} from "./observations.ts";
import type { ArmCounts } from "./arm-counts.ts";
import type { SeenUnits } from "./seen-units.ts";

/**
 * Reduces observations to what counts: of each unit the first exposure, the first pair and the first bad event of a
 * kind. Marks the units in `seen`.
 */
export function condense(plan: RolloutPlan, observations: readonly Observation[], seen: SeenUnits): Evidence {
  const sheet = new Sheet(plan, seen);
  for (const observation of observations) {
    if (observation.kind === "answered") sheet.answered(observation);
    else if (observation.kind === "shadowed") sheet.shadowed(observation);
    else sheet.outcome(observation);
  }
  return sheet.evidence();
}

class Count {
  n: number = 0;
  bad: number = 0;

  add(bad: boolean): void {
    this.n += 1;
    if (bad) this.bad += 1;
  }
}

class ByShare {
  readonly #counts: Map<number, { share: number; challenger: number; champion: number }> = new Map();

  add(share: number, isChallenger: boolean): void {
    const known = this.#counts.get(share) ?? { share, challenger: 0, champion: 0 };
    known[isChallenger ? "challenger" : "champion"] += 1;
    this.#counts.set(share, known);
  }

  counts(): readonly ArmCounts[] {
    return [...this.#counts.values()];
  }
}

class Sheet {
  readonly #seen: SeenUnits;
  readonly #slowMs: number;
  readonly #differs: number;
  readonly #bad: { readonly [kind in keyof BadEvents]: ByShare } = {
    error: new ByShare(),
    outcome: new ByShare(),
    latency: new ByShare(),
  };
  readonly #assigned: ByShare = new ByShare();
  readonly #errors: Count = new Count();
  readonly #slow: Count = new Count();
  readonly #pairs: Count = new Count();
  readonly #championErrors: Count = new Count();
  #stepIndex: number = 0;
  #requests: number = 0;

  constructor(plan: RolloutPlan, seen: SeenUnits) {
    this.#seen = seen;
    this.#slowMs = plan.guardrails.find((guardrail) => guardrail.guardrail === "latency")?.bound ?? Infinity;
    this.#differs = plan.guardrails.find((guardrail) => guardrail.guardrail === "disagreement")?.bound ?? Infinity;
  }

  answered(seen: AnsweredObservation): void {
    this.#stepIndex = seen.stepIndex;
    this.#requests += seen.buckets.length;
    if (seen.share === 0) return;
    for (const [i, bucket] of seen.buckets.entries()) {
      const challenger = seen.challenger[i] === 1;
      const failed = seen.failed[i] === 1;
      const slow = (seen.latencyMs[i] ?? 0) > this.#slowMs;
      if (this.#seen.first("assigned", bucket)) this.#assigned.add(seen.share, challenger);
      if (this.#seen.first(challenger ? "challenger" : "champion", bucket)) {
        (challenger ? this.#errors : this.#championErrors).add(failed);
        if (challenger) this.#slow.add(slow);
      }
      if (failed) this.#event("error", bucket, challenger, seen.share);
      if (slow) this.#event("latency", bucket, challenger, seen.share);
    }
  }

  shadowed(seen: ShadowedObservation): void {
    for (const [i, bucket] of seen.buckets.entries()) {
      const champion = seen.championFailed[i] === 1;
      const challenger = seen.challengerFailed[i] === 1;
      const differs = challenger !== champion || (!champion && !((seen.difference[i] ?? 0) <= this.#differs));
      if (this.#seen.first("pair", bucket)) {
        this.#pairs.add(differs);
        this.#errors.add(challenger);
        this.#championErrors.add(champion);
      }
      if (challenger !== champion) this.#event("error", bucket, challenger, 0);
    }
  }

  outcome(seen: OutcomeObservation): void {
    if (seen.share === 0) {
      const { championBad, challengerBad } = seen;
      if (championBad === undefined || challengerBad === undefined || championBad === challengerBad) return;
      this.#event("outcome", seen.bucket, challengerBad, 0);
      return;
    }
    if (seen.challengerBad === true) this.#event("outcome", seen.bucket, true, seen.share);
    else if (seen.championBad === true) this.#event("outcome", seen.bucket, false, seen.share);
  }

  evidence(): Evidence {
    return {
      stepIndex: this.#stepIndex,
      requests: this.#requests,
      bad: {
        error: this.#bad.error.counts(),
        outcome: this.#bad.outcome.counts(),
        latency: this.#bad.latency.counts(),
      },
      assigned: this.#assigned.counts(),
      errors: { n: this.#errors.n, bad: this.#errors.bad },
      slow: { n: this.#slow.n, bad: this.#slow.bad },
      pairs: { n: this.#pairs.n, bad: this.#pairs.bad },
      championErrors: { n: this.#championErrors.n, bad: this.#championErrors.bad },
    };
  }

  /** Of a pair in shadow traffic only the discordant ones speak, each side with probability one half if both are alike. */
  #event(guardrail: keyof BadEvents, bucket: number, challenger: boolean, share: number): void {
    const set = share === 0 ? `${guardrail}/shadow` : guardrail;
    if (this.#seen.first(set, bucket)) this.#bad[guardrail].add(share === 0 ? 0.5 : share, challenger);
  }
}
