import type { ModelDefinition } from "../../contracts/model-definition.ts";
import type { Outcome } from "../../contracts/prediction-log.ts";
import { SluiceError } from "../../core/errors.ts";
import type { RolloutPlan } from "../../contracts/rollout.ts";
import { OutcomeTracker } from "../rollout/outcome-tracker.ts";
import { hasEnded, shareOf } from "../rollout/rollout-state.ts";
import type { RolloutController } from "../rollout/rollout-controller.ts";
import type { AnsweredRow } from "./answer-batch.ts";
import type { ModelSlot } from "./model-slot.ts";
import { observationOf } from "./record-answers.ts";

/** A rollout in a router: its state, the loaded challenger, and the answers whose outcomes it waits for. */
export class RolloutSession {
  readonly controller: RolloutController;
  readonly challenger: ModelSlot;
  readonly #tracker: OutcomeTracker | undefined;
  readonly #output: number;

  constructor(model: ModelDefinition, controller: RolloutController, challenger: ModelSlot) {
    this.controller = controller;
    this.challenger = challenger;
    const guardrail = controller.state.plan.guardrails.find((candidate) => candidate.guardrail === "outcome");
    this.#tracker = guardrail === undefined ? undefined : new OutcomeTracker(guardrail);
    this.#output = guardrail === undefined ? 0 : outputIndex(model, controller.state.plan);
  }

  /** Whether the challenger still takes part. */
  get isLive(): boolean {
    return !hasEnded(this.controller.state.phase);
  }

  /** Whether the challenger runs in shadow now. */
  get isShadowing(): boolean {
    return this.isLive && shareOf(this.controller.state) === 0;
  }

  /** Learns from answers. */
  observeAnswers(
    rows: readonly AnsweredRow<unknown>[],
    ids: readonly (string | undefined)[],
    stepIndex: number,
    share: number,
  ): void {
    this.controller.observe([observationOf(rows, stepIndex, share)]);
    if (this.#tracker === undefined) return;
    for (const [i, row] of rows.entries()) {
      const id = ids[i];
      const value = row.numbers[this.#output];
      if (id === undefined || value === undefined) continue;
      const sides =
        row.arm === "champion"
          ? { champion: value, challenger: undefined }
          : { champion: undefined, challenger: value };
      this.#tracker.remember(id, { bucket: row.request.bucket, share, ...sides });
    }
  }

  /** Keeps the challenger's shadow outputs until their outcomes are known. */
  rememberShadow(outputs: readonly { readonly predictionId: string; readonly numbers: Float64Array }[]): void {
    for (const { predictionId, numbers } of outputs)
      this.#tracker?.addShadow(predictionId, numbers[this.#output] ?? Number.NaN);
  }

  /** Learns from outcomes. */
  observeOutcomes(outcomes: readonly Outcome[]): void {
    const tracker = this.#tracker;
    if (tracker === undefined) return;
    const judged = outcomes.flatMap((outcome) => tracker.judge(outcome) ?? []);
    if (judged.length > 0) this.controller.observe(judged);
  }
}

/** Where the output that a plan's outcome guardrail names stands in the model's outputs. Throws `definition/invalid`. */
export function outputIndex(model: ModelDefinition, plan: RolloutPlan): number {
  const guardrail = plan.guardrails.find((candidate) => candidate.guardrail === "outcome");
  const at = guardrail === undefined ? 0 : model.outputs.indexOf(guardrail.output ?? "");
  if (at >= 0) return at;
  throw new SluiceError("definition/invalid", {
    found: `an outcome guardrail on the output "${guardrail?.output ?? ""}"`,
    expected: `one of ${model.outputs.join(", ")}`,
    fix: "Name an output of the model in badOutcome().",
  });
}
