import type { EvaluationReport } from "../../contracts/evaluation-report.ts";
import type { Gate, GateOutcome } from "../../contracts/gate.ts";
import type { ModelVersion, Stage } from "../../contracts/model-version.ts";
import { isSluiceError } from "../../core/errors.ts";
import { requireArgument, requireMade } from "../../core/known-arguments.ts";
import {
  type CiCase,
  type CiContext,
  type CiTest,
  type CiTestOptions,
  ciTestNames,
  requireCiTest,
} from "./ci-definition.ts";

/** What is evaluated in CI: a report, or what makes one. */
export type EvaluationOf = EvaluationReport | ((context: CiContext) => EvaluationReport | Promise<EvaluationReport>);

const reportMade = {
  what: "an evaluation",
  by: "ws.registry.evaluate() returns it",
  members: { model: "text", metrics: "object", digest: "text" },
} as const;

const versionMade = {
  what: "a version",
  by: "{ name, version: 3 }",
  members: { name: "text", version: "number" },
} as const;

/**
 * A test of a model that is not registered yet: gates judge its evaluation, the comparison with the champion among them. What gates ask for beyond the evaluation
 * (lineage, rollout, approvals) is unmeasured here: `gateTest` judges a registered version by all of it.
 *
 * @example
 * ```ts
 * import { beatsChampion, threshold } from "sluice/registry";
 * import { comparisonTest } from "sluice/workflows";
 * const test = comparisonTest("the new model is good enough", ({ ws }) => ws.registry.evaluationOf({ name: "delay", version: 3 }).then((found) => {
 *   if (found === undefined) throw new Error("no evaluation");
 *   return found;
 * }), [threshold("auc", { atLeast: 0.7 }), beatsChampion("auc", { mode: "nonInferior", margin: 0.01 })]);
 * if (test.kind !== "comparison") throw new Error("a comparison expected");
 * ```
 */
export function comparisonTest(
  name: string,
  evaluation: EvaluationOf,
  gates: readonly Gate[],
  options: CiTestOptions = {},
): CiTest {
  requireCiTest("comparisonTest()", name, options);
  if (typeof evaluation !== "function") requireMade("comparisonTest()", evaluation, reportMade, "definition/invalid");
  requireArgument("comparisonTest()", "gates", gates, "list", "definition/invalid");
  return {
    ...options,
    name,
    kind: "comparison",
    run: async (context) => {
      const report = typeof evaluation === "function" ? await evaluation(context) : evaluation;
      const champion = await championOf(context, report.model);
      const version = unregistered(report);
      const transition = { from: "registered", to: "staging" } as const;
      const lineage = { complete: false, missing: ["it is not registered"] };
      const nothing = { validations: undefined, currentService: undefined, rollout: undefined, approvals: [] };
      const evidence = { version, transition, evaluation: report, champion, lineage, ...nothing };
      return gates.map((gate) => caseOf(gate.judge(evidence)));
    },
  };
}

/** What a gate test asks for. */
export interface GateTestOptions extends CiTestOptions {
  /** Only these gates, by name. @default all of the policy */
  readonly gates?: readonly string[];
}

/** A registered version, or what finds one. */
export type VersionOf =
  | Pick<ModelVersion, "name" | "version">
  | ((context: CiContext) => Pick<ModelVersion, "name" | "version"> | Promise<Pick<ModelVersion, "name" | "version">>);

/**
 * A test of a registered version: what the workspace's policy would say to its promotion, gate by gate; nothing is promoted. The workspace must be opened with the
 * policy. Approvals are no part of it: `registry.explain` tells of them.
 *
 * @example
 * ```ts
 * import { gateTest } from "sluice/workflows";
 * const test = gateTest("delay 3 may become a candidate", { name: "delay", version: 3 }, "candidate");
 * if (test.kind !== "gate") throw new Error("a gate test expected");
 * ```
 */
export function gateTest(
  name: string,
  version: VersionOf,
  to: Exclude<Stage, "registered">,
  options: GateTestOptions = {},
): CiTest {
  requireCiTest("gateTest()", name, options, { ...ciTestNames, gates: "optional" });
  if (typeof version !== "function") requireMade("gateTest()", version, versionMade, "definition/invalid");
  requireArgument("gateTest()", "to", to, "text", "definition/invalid");
  const { gates, ...rest } = options;
  if (gates !== undefined) requireArgument("gateTest()", "gates", gates, "list", "definition/invalid");
  return {
    ...rest,
    name,
    kind: "gate",
    run: async (context) => {
      const key = typeof version === "function" ? await version(context) : version;
      const explained = await context.ws.registry.explain(key, to);
      const judged = explained.gates.filter(({ gate }) => gates === undefined || gates.includes(gate));
      for (const line of explained.text.split("\n")) context.log(line);
      const absent = (gates ?? []).filter((gate) => !judged.some((outcome) => outcome.gate === gate));
      const lacking = absent.map(
        (gate): CiCase => ({ name: gate, outcome: "fail", reason: "the policy has no such gate" }),
      );
      const deprecated = explained.reasons.filter((reason) => reason.startsWith("deprecated: "));
      const closed = deprecated.map((reason): CiCase => ({ name: "deprecation", outcome: "fail", reason }));
      if (judged.length + lacking.length > 0) return [...judged.map(caseOf), ...lacking, ...closed];
      return [{ name: "policy", outcome: "fail", reason: explained.reasons.join("; ") || "the policy has no gate" }];
    },
  };
}

function caseOf({ gate, outcome, reason, measured, bound }: GateOutcome): CiCase {
  return {
    name: gate,
    outcome: outcome === "pass" || outcome === "fail" ? outcome : "unmeasured",
    reason: outcome === "noChampion" ? `no champion: ${reason}` : reason,
    ...(measured !== undefined && { measured }),
    ...(bound !== undefined && { bound }),
  };
}

async function championOf({ ws }: CiContext, model: string): Promise<ModelVersion | null> {
  try {
    return (await ws.registry.champion(model)).version;
  } catch (error) {
    if (isSluiceError(error, "serving/no-champion")) return null;
    throw error;
  }
}

/** What the gates of an evaluation ask of a version: that it is the one that was evaluated. */
function unregistered({ model, artifactDigest, serviceHash, digest }: EvaluationReport): ModelVersion {
  return {
    name: model,
    version: 0,
    artifactDigest,
    artifactFormat: "not registered",
    signature: { inputWidth: 0, outputWidth: 0 },
    vector: [],
    run: { id: "not registered", experiment: "not registered", codeDigest: "asserted:not registered", training: null },
    service: { name: "not registered", hash: serviceHash, schemaHash: serviceHash },
    evaluationDigest: digest,
    author: "not registered",
    registeredAtMs: 0,
    stage: "registered",
    revision: 0,
  };
}
