// How a challenger meets live traffic: shadow, then a growing share, until it is promoted on evidence or rolled back by itself.
import { badOutcome, canary, disagreement, errorRate, type ModelVersion } from "sluice";
import { count, say } from "../show.ts";
import type { Stage } from "../stage.ts";
import type { Traffic } from "../traffic.ts";
import { toProduction } from "./promote.ts";

/** The plan of every rollout: the same for the good and the broken. */
export const plan = canary({
  steps: [
    { share: 0, minRequests: 2000 },
    { share: 0.05, minRequests: 2000 },
    { share: 0.25, minRequests: 3000 },
    { share: 0.5, minRequests: 4000 },
  ],
  guardrails: [
    errorRate({ margin: 0.5, atMost: 0.01 }),
    disagreement({ bound: 0.15, atMost: 0.05 }),
    badOutcome({ output: "late", outcome: "late", bound: 0.5, margin: 0.25 }),
  ],
  alpha: 0.05,
});

/** A challenger waiting for its turn. */
export interface Turn {
  readonly name: string;
  readonly version: ModelVersion;
  /** Spoils the challenger when it is loaded. */
  readonly spoil?: () => void;
}

/** Plays rollouts one after another while traffic flows: call `step` after each batch. */
export class Rollouts {
  readonly #stage: Stage;
  readonly #router: Traffic["router"];
  readonly #turns: Turn[];
  #current: Turn | undefined;

  constructor(stage: Stage, router: Traffic["router"], turns: readonly Turn[]) {
    this.#stage = stage;
    this.#router = router;
    this.#turns = [...turns];
  }

  /** Whether every challenger has had its turn. */
  get done(): boolean {
    return this.#current === undefined && this.#turns.length === 0;
  }

  /** Starts the next rollout, or ends the running one when its verdict is there. */
  async step(): Promise<void> {
    if (this.#current === undefined) return await this.#start();
    const rollout = this.#router.status().rollout;
    if (rollout === undefined || rollout.challenger !== this.#current.version.version) return;
    if (rollout.phase === "rolledBack") this.#end("rolled-back", rollout.requests, rollout.reason);
    else if (rollout.phase === "passed") {
      await this.#router.flush();
      const { passed, reasons } = await toProduction(this.#stage, this.#current.version);
      await this.#router.refresh();
      if (passed) this.#end("promoted", rollout.requests, rollout.reason);
      else this.#end("held", rollout.requests, `refused production: ${reasons.join("; ")}`);
    }
  }

  /** Says what became of a rollout that traffic ran out on. */
  close(): void {
    const rollout = this.#router.status().rollout;
    if (this.#current !== undefined) this.#end("held", rollout?.requests ?? 0, rollout?.reason ?? "no traffic");
  }

  async #start(): Promise<void> {
    const turn = this.#turns.shift();
    if (turn === undefined) return;
    turn.spoil?.();
    await this.#router.startRollout(turn.version.version, plan, { actor: "ana" });
    this.#current = turn;
  }

  #end(outcome: "promoted" | "rolled-back" | "held", requests: number, reason: string): void {
    const version = this.#current?.version.version;
    say(`${this.#current?.name} (version ${version}): ${outcome} after ${count(requests)} requests (${reason})`);
    this.#stage.summary.rollouts.push({ challenger: this.#current?.name ?? "", outcome, requests, reason });
    this.#current = undefined;
  }
}
