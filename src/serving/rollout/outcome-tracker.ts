import type { Outcome } from "../../contracts/prediction-log.ts";
import type { Guardrail } from "../../contracts/rollout.ts";
import type { OutcomeObservation } from "./observations.ts";

/** An answer whose outcome may still come. */
export interface AwaitedAnswer {
  readonly bucket: number;
  readonly share: number;
  /** The champion's output that is compared; `undefined` = the challenger was assigned, or it failed. */
  readonly champion: number | undefined;
  readonly challenger: number | undefined;
}

/** Keeps the answers of a rollout until their outcomes arrive, the newest 500,000 at most. */
export class OutcomeTracker {
  readonly #guardrail: Guardrail;
  readonly #limit: number;
  readonly #awaited: Map<string, AwaitedAnswer> = new Map();

  constructor(guardrail: Guardrail, limit: number = 500_000) {
    this.#guardrail = guardrail;
    this.#limit = limit;
  }

  /** An answer was given. */
  remember(predictionId: string, answer: AwaitedAnswer): void {
    this.#awaited.set(predictionId, answer);
    if (this.#awaited.size <= this.#limit) return;
    const oldest = this.#awaited.keys().next();
    if (oldest.done !== true) this.#awaited.delete(oldest.value);
  }

  /** The challenger's output for an answer given in shadow traffic. */
  addShadow(predictionId: string, challenger: number): void {
    const known = this.#awaited.get(predictionId);
    if (known !== undefined) this.#awaited.set(predictionId, { ...known, challenger });
  }

  /** What an outcome says; `undefined` when its answer is unknown or its value is missing. */
  judge(outcome: Outcome): OutcomeObservation | undefined {
    const answer = this.#awaited.get(outcome.predictionId);
    const truth = outcome.values[this.#guardrail.outcome ?? ""];
    if (answer === undefined || truth === undefined) return undefined;
    this.#awaited.delete(outcome.predictionId);
    const bound = this.#guardrail.bound ?? 0;
    const isBad = (value: number | undefined): boolean | undefined =>
      value === undefined ? undefined : !(Math.abs(value - Number(truth)) <= bound);
    const { bucket, share, champion, challenger } = answer;
    return { kind: "outcome", bucket, share, championBad: isBad(champion), challengerBad: isBad(challenger) };
  }
}
