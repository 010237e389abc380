import type {
  AliasRules,
  Gate,
  GateEvidence,
  GateOutcome,
  PromotionPolicy,
  TransitionRules,
} from "../../contracts/gate.ts";
import { missingApprovals } from "../approvals/approval-needs.ts";
import { standsAt } from "../gates/stands-at.ts";
import { deprecationText } from "../versions/deprecation-text.ts";
import { targetOf } from "../versions/transition-target.ts";
import { kindOf } from "../gates/built-in-names.ts";
import type { Stage } from "../../contracts/model-version.ts";
import { frozenCopy } from "./frozen-copy.ts";

/** What a policy answers to a transition. */
export interface Judgement {
  readonly opens: boolean;
  readonly outcomes: readonly GateOutcome[];
  /** Why it does not open; empty when it does. */
  readonly reasons: readonly string[];
  /** More approvals would make a difference: by the rules, or by a gate that asks for one. */
  readonly lacksApprovals: boolean;
}

const noPolicy = "there is no promotion policy: pass `policy: defaultPolicy({...})` to openWorkspace";

/** Gates that ask for evidence a return to an earlier champion cannot have: comparisons with the one it leaves, and newer data. */
const notForRollback: ReadonlySet<string> = new Set([
  "beatsChampion",
  "noSliceRegression",
  "predictionStability",
  "rolloutEvidence",
  "dataFreshness",
]);

/**
 * Judges a transition. It opens only if the policy has an entry with gates for it, every gate answers exactly "pass", and the approvals suffice.
 * `former` is the gate of a rollback, judged instead of the comparison and the rollout.
 */
export function judgeTransition(policy: PromotionPolicy | undefined, evidence: GateEvidence, former?: Gate): Judgement {
  const { alias } = evidence;
  const { to } = evidence.transition;
  const target = alias === undefined ? `"${to}"` : `the alias "${alias}"`;
  const entry = policy === undefined ? undefined : rulesOf(policy, to, alias);
  if (entry === undefined) {
    const reason = policy === undefined ? noPolicy : `the policy "${policy.name}" has no entry for ${target}`;
    return { opens: false, outcomes: [], reasons: [reason], lacksApprovals: false };
  }
  const gates = gatesOf(entry, former);
  if (gates.length === 0 && to !== "archived") {
    return {
      opens: false,
      outcomes: [],
      reasons: [`the policy has no gate for ${target}`],
      lacksApprovals: false,
    };
  }
  const shown = frozenCopy(evidence);
  const outcomes = gates.map((gate) => judged(gate, shown));
  const reasons = outcomes.filter((o) => o.outcome !== "pass").map((o) => `${o.gate}: ${o.outcome}: ${o.reason}`);
  const missing = former === undefined ? missingApprovals(entry, evidence.approvals, targetOf(to, alias)) : [];
  reasons.push(...missing);
  if (evidence.deprecation !== undefined && to !== "archived")
    reasons.push(`deprecated: ${deprecationText(evidence.deprecation)}`);
  const asksForOne = evidence.approvals.length === 0 && outcomes.some(({ outcome }) => outcome === "noChampion");
  return { opens: reasons.length === 0, outcomes, reasons, lacksApprovals: missing.length > 0 || asksForOne };
}

/** The policy's entry for a target stage. */
export function entryOf(policy: PromotionPolicy, to: Stage): PromotionPolicy["transitions"]["production"] {
  return to === "registered" || !Object.hasOwn(policy.transitions, to) ? undefined : policy.transitions[to];
}

/** The policy's rules for a transition, or for moving an alias. */
export function rulesOf(
  policy: PromotionPolicy,
  to: Stage,
  alias: string | undefined,
): TransitionRules | AliasRules | undefined {
  if (alias === undefined) return entryOf(policy, to);
  const aliases = policy.aliases ?? {};
  return Object.hasOwn(aliases, alias) ? aliases[alias] : undefined;
}

/** A rollback is judged by the version's past in place of comparisons; an alias also by where the version stands. */
function gatesOf(entry: TransitionRules | AliasRules, former: Gate | undefined): readonly Gate[] {
  if (former !== undefined) return [former, ...entry.gates.filter((gate) => !notForRollback.has(kindOf(gate.gate)))];
  return "stage" in entry ? [standsAt(entry.stage), ...entry.gates] : entry.gates;
}

const verdicts: ReadonlySet<string> = new Set(["pass", "fail", "notMeasured", "noChampion"]);

function judged(gate: Gate, evidence: GateEvidence): GateOutcome {
  try {
    return soundOutcome(gate.gate, gate.judge(evidence));
  } catch (error) {
    return {
      gate: gate.gate,
      outcome: "fail",
      reason: `the gate threw: ${thrownText(error)}`,
    };
  }
}

/** Whatever was thrown, as text that the log can hold. */
function thrownText(error: unknown): string {
  try {
    return (error instanceof Error ? error.message : String(error)).toWellFormed();
  } catch {
    return "something that is no text";
  }
}

/** What a gate answered, with nothing in it that it should not say: a pass on a number that is none is not measured, an unknown word fails. */
function soundOutcome(gate: string, answer: GateOutcome): GateOutcome {
  const { outcome, measured, bound, fix } = answer;
  const reason = String(answer.reason).toWellFormed();
  if (!verdicts.has(outcome))
    return { gate, outcome: "fail", reason: `the gate answered ${String(JSON.stringify(outcome))}` };
  if (outcome === "pass" && [measured, bound].some((number) => number !== undefined && !Number.isFinite(number)))
    return { gate, outcome: "notMeasured", reason: `the gate passed ${measured} by a bound of ${bound}: ${reason}` };
  return {
    gate,
    outcome,
    reason,
    ...(measured !== undefined && Number.isFinite(measured) ? { measured } : {}),
    ...(bound !== undefined && Number.isFinite(bound) ? { bound } : {}),
    ...(outcome !== "pass" && typeof fix === "string" ? { fix: fix.toWellFormed() } : {}),
  };
}
