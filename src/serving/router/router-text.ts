import type { RolloutStatus, RouterStatus } from "./router-options.ts";

/** Where a router stands, in lines for a person: who answers, the rollout and its guardrails, and what was answered. */
export function routerText(status: RouterStatus): string {
  const { model, champion, rollout, answered, failed, fellBack, shadowDropped, unlogged, problem } = status;
  return [
    `Router of "${model}": champion ${champion}, ${rollout === undefined ? "no rollout" : rolloutText(rollout)}`,
    ...(rollout?.guardrails ?? []).map(
      ({ guardrail, harmE, safeE, needed }) =>
        `  guardrail ${guardrail}: evidence ${shown(safeE)} of safety and ${shown(harmE)} of harm, needed ${shown(needed)}`,
    ),
    `  ${answered} answered, ${failed} failed, ${fellBack} by the champion in place of the challenger`,
    `  ${unlogged} not in the log yet, ${shadowDropped} not shadowed`,
    ...(problem === undefined ? [] : [`  PROBLEM: ${problem}`]),
  ].join("\n");
}

function rolloutText({ challenger, phase, step, steps, share, requests, reason }: RolloutStatus): string {
  const percent = `${Number((100 * share).toPrecision(3))}%`;
  return `rollout of ${challenger} is "${phase}" at step ${step} of ${steps} (${percent}), ${requests} requests: ${reason}`;
}

function shown(value: number): string {
  return String(Number(value.toPrecision(3)));
}
