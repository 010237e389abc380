import type { Gate, GateEvidence, GateOutcome } from "../../contracts/gate.ts";
import { SluiceError } from "../../core/errors.ts";
import { shown } from "./metric-bound.ts";

/** What {@link beatsChampion} asks for. */
export interface BeatsChampionOptions {
  /** The margin, in the metric's unit, at least 0. @default 0 */
  readonly margin?: number;
  /**
   * `superior`: the 95% interval of the paired difference lies above the margin;
   * `nonInferior`: it lies above minus the margin. @default "superior"
   */
  readonly mode?: "superior" | "nonInferior";
  /** Whether the first model passes where there is no champion, given at least one approval. @default "refuse" */
  readonly first?: "allow" | "refuse";
}

/**
 * A gate that compares with the present champion on the same rows, by the interval of the paired difference (higher is better).
 * A comparison with an earlier champion is not a measurement.
 */
export function beatsChampion(metric: string, options: BeatsChampionOptions = {}): Gate {
  const { margin = 0, mode = "superior", first = "refuse" } = options;
  if (!(margin >= 0 && Number.isFinite(margin))) {
    throw new SluiceError("definition/invalid", {
      found: `a margin of ${margin}`,
      expected: "a finite number of at least 0",
      fix: "Choose the direction by `mode`.",
    });
  }
  const bound = mode === "superior" ? margin : -margin;
  const gate = `beatsChampion:${metric}`;
  return {
    gate,
    params: { metric, margin, mode, first },
    judge: (evidence): GateOutcome => {
      if (evidence.champion === null) return withoutChampion(gate, first, evidence);
      const comparison = evidence.evaluation?.comparison ?? null;
      if (comparison === null || comparison.metric !== metric) {
        return {
          gate,
          outcome: "notMeasured",
          reason: `no comparison of "${metric}" with the champion was made`,
          bound,
        };
      }
      const { version, artifactDigest } = evidence.champion;
      if (comparison.champion.version !== version || comparison.champion.artifactDigest !== artifactDigest) {
        return {
          gate,
          outcome: "notMeasured",
          reason: `compared with version ${comparison.champion.version}, but the champion is version ${version}: evaluate and register again`,
          bound,
        };
      }
      const lower = comparison.difference.lower;
      if (lower === undefined || !Number.isFinite(lower)) {
        return { gate, outcome: "notMeasured", reason: `the difference of "${metric}" has no interval`, bound };
      }
      const reason = `${metric} differs from champion ${version} by ${shown(comparison.difference.value)}, at least ${shown(lower)} with 95% confidence; needed > ${shown(bound)} (${mode})`;
      return { gate, outcome: lower > bound ? "pass" : "fail", reason, measured: lower, bound };
    },
  };
}

function withoutChampion(gate: string, first: "allow" | "refuse", evidence: GateEvidence): GateOutcome {
  if (first !== "allow") {
    return {
      gate,
      outcome: "noChampion",
      reason: 'there is no champion to compare with, and the policy does not say first: "allow"',
    };
  }
  const approver = evidence.approvals[0]?.approver;
  if (approver === undefined) {
    return {
      gate,
      outcome: "noChampion",
      reason: `there is no champion to compare with: the first model needs an approval: registry.approve(version, "${evidence.transition.to}", …) by someone other than the author`,
    };
  }
  return {
    gate,
    outcome: "pass",
    reason: `there is no champion; allowed as the first model with the approval of ${approver}`,
  };
}
