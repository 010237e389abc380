import type { Gate, GateOutcome } from "../../contracts/gate.ts";

/** A gate that a rollout of this version against the present champion has passed. The first model of all passes with an approval instead. */
export function rolloutEvidence(): Gate {
  const gate = "rolloutEvidence";
  return {
    gate,
    params: {},
    judge: ({ version, champion, rollout, approvals }): GateOutcome => {
      if (champion === null) {
        const approver = approvals[0]?.approver;
        return approver === undefined
          ? {
              gate,
              outcome: "noChampion",
              reason: "there is no champion to roll out against: the first model needs an approval",
            }
          : { gate, outcome: "pass", reason: `there is no champion to roll out against; approved by ${approver}` };
      }
      if (rollout === undefined)
        return { gate, outcome: "notMeasured", reason: "no rollout of this version has ended" };
      if (rollout.model !== version.name || rollout.challenger !== version.version) {
        return { gate, outcome: "notMeasured", reason: `the rollout was of ${rollout.model}@${rollout.challenger}` };
      }
      if (rollout.champion !== champion.version) {
        return {
          gate,
          outcome: "notMeasured",
          reason: `the rollout was against version ${rollout.champion}, the champion is version ${champion.version}`,
        };
      }
      const sentence = `rollout ${rollout.rolloutId} ended as "${rollout.phase}" after ${rollout.requests} requests: ${rollout.reason}`;
      return {
        gate,
        outcome: rollout.phase === "passed" ? "pass" : "fail",
        reason: sentence,
        measured: rollout.requests,
      };
    },
  };
}
