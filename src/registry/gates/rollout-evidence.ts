import type { Gate, GateOutcome } from "../../contracts/gate.ts";
import type { ModelVersion } from "../../contracts/model-version.ts";
import type { RolloutEvidence } from "../../contracts/rollout.ts";

/** A gate that a rollout of this version against the present champion has passed. The first model of all passes with an approval instead. */
export function rolloutEvidence(): Gate {
  const gate = "rolloutEvidence";
  const fix = "Start a rollout of this version with ws.serving, and promote when it has passed.";
  return {
    gate,
    params: {},
    judge: ({ version, champion, rollout, approvals, transition }): GateOutcome => {
      if (champion === null) {
        const approver = approvals[0]?.approver;
        if (approver !== undefined)
          return { gate, outcome: "pass", reason: `there is no champion to roll out against; approved by ${approver}` };
        return {
          gate,
          outcome: "noChampion",
          reason: "there is no champion to roll out against: the first model needs an approval",
          fix: `Have someone other than the author call registry.approve(version, "${transition.to}", …).`,
        };
      }
      if (rollout === undefined || rollout === null)
        return { gate, outcome: "notMeasured", reason: "no rollout of this version has ended", fix };
      const other = otherThan(rollout, version, champion);
      if (other !== undefined) return { gate, outcome: "notMeasured", reason: other, fix };
      const measured = rollout.requests;
      const reason = `rollout ${rollout.rolloutId} ended as "${rollout.phase}" after ${measured} requests: ${rollout.reason}`;
      if (rollout.phase === "passed") return { gate, outcome: "pass", reason, measured };
      return { gate, outcome: "fail", reason, measured, fix: "Find out why it ended so, and roll out again." };
    },
  };
}

/** How a rollout is not the one that is asked for: of another version, against another champion, or over no counted requests. */
function otherThan(rollout: RolloutEvidence, version: ModelVersion, champion: ModelVersion): string | undefined {
  if (rollout.model !== version.name || rollout.challenger !== version.version)
    return `the rollout was of ${rollout.model}@${rollout.challenger}`;
  if (rollout.champion !== champion.version)
    return `the rollout was against version ${rollout.champion}, the champion is version ${champion.version}`;
  return Number.isFinite(rollout.requests) ? undefined : `the rollout has ${rollout.requests} requests`;
}
