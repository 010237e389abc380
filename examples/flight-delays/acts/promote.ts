// How a trained network becomes a candidate, and a candidate the champion.
import type { LayersModel } from "@tensorflow/tfjs";
import type { EvaluationReport, ModelVersion, TrainingSet } from "sluice";
import { delayModel } from "../definitions.ts";
import { say } from "../show.ts";
import type { Stage } from "../stage.ts";

/** A trained network with the run that made it. */
export interface Trained {
  readonly name: string;
  readonly run: Parameters<Stage["ws"]["registry"]["register"]>[1]["run"];
  readonly net: LayersModel;
}

/** Evaluates a network on held-out flights. */
export async function evaluate({ ws }: Stage, { net }: Trained, heldOut: TrainingSet): Promise<EvaluationReport> {
  return await ws.registry.evaluate(delayModel, net, heldOut, {
    label: "late",
    metrics: ["auc", "logLoss", "brier"],
    slices: ["part_of_day"],
  });
}

/** Evaluates, registers and takes a network as far as its gates let it, up to candidate. */
export async function toCandidate(
  stage: Stage,
  trained: Trained,
  heldOut: TrainingSet,
): Promise<ModelVersion | undefined> {
  const { ws, summary } = stage;
  const evaluation = await evaluate(stage, trained, heldOut);
  const version = await ws.registry.register(delayModel, {
    run: trained.run,
    artifact: trained.net,
    evaluation,
    author: "ana",
  });
  summary.digests[`artifact ${trained.name}`] = version.artifactDigest;
  summary.digests[`evaluation ${trained.name}`] = evaluation.digest;
  const staged = await move(stage, version, "staging");
  const last = staged.passed ? await move(stage, version, "candidate") : staged;
  const { passed, reasons } = last;
  summary.gates.push({ candidate: trained.name, outcome: passed ? "pass" : "fail", reasons });
  const auc = evaluation.metrics["auc"];
  const shown =
    auc !== undefined && "value" in auc
      ? `AUC ${auc.value.toFixed(4)} [${auc.lower?.toFixed(4)}, ${auc.upper?.toFixed(4)}]`
      : "no AUC";
  say(
    `${trained.name} (version ${version.version}): ${shown}; gates ${passed ? "passed: candidate" : `refused: ${reasons.join("; ")}`}`,
  );
  return passed ? version : undefined;
}

/** Whether the gates of a transition let a version pass, and if not, why. */
export interface Passage {
  readonly passed: boolean;
  readonly reasons: readonly string[];
}

/** Takes a candidate to production, approved by somebody other than its author. */
export async function toProduction(stage: Stage, version: ModelVersion): Promise<Passage> {
  return await move(stage, version, "production");
}

async function move(
  { ws }: Stage,
  version: ModelVersion,
  to: "staging" | "candidate" | "production",
): Promise<Passage> {
  const { name, version: number } = version;
  const key = { name, version: number };
  const first = (await ws.registry.aliases(name)).champion === undefined;
  if (to === "production" || (to === "candidate" && first)) {
    await ws.registry.approve(key, to, { approver: "ben", role: "product owner", comment: "seen the report" });
  }
  const result = await ws.registry.promote(key, to, { actor: "ana", reason: `${to} for the flight-delay service` });
  return result.outcome === "promoted" ? { passed: true, reasons: [] } : { passed: false, reasons: result.reasons };
}
