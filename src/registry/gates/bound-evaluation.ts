import type { ChampionComparison, EvaluationReport } from "../../contracts/evaluation-report.ts";
import type { GateEvidence } from "../../contracts/gate.ts";
import type { ModelVersion } from "../../contracts/model-version.ts";

/** Evidence that is about what is judged, or why there is none. */
export type Bound<T> =
  | { readonly bound: true; readonly of: T }
  | { readonly bound: false; readonly reason: string; readonly fix: string };

const again = "Evaluate this model with ws.registry.evaluate(), and register it with that report.";

/** The evaluation, if it is of exactly this version: its model, artifact, features and report. */
export function evaluationOf({ evaluation, version }: GateEvidence): Bound<EvaluationReport> {
  if (evaluation === undefined || evaluation === null) return unbound("no evaluation of this version is stored", again);
  const other = (
    [
      ["model", evaluation.model, version.name],
      ["artifact", evaluation.artifactDigest, version.artifactDigest],
      ["feature service", evaluation.serviceHash, version.service.hash],
      ["report", evaluation.digest, version.evaluationDigest],
    ] as const
  ).find(([, found, expected]) => typeof found !== "string" || found !== expected);
  if (other !== undefined)
    return unbound(`the evaluation is of the ${other[0]} ${other[1]}, the version has ${other[2]}`, again);
  if (!(Number.isFinite(evaluation.rows) && evaluation.rows >= 1))
    return unbound(`the evaluation was made on ${evaluation.rows} rows`, again);
  return { bound: true, of: evaluation };
}

/** The comparison of exactly this version with the present champion. */
export function comparisonOf(evidence: GateEvidence, champion: ModelVersion): Bound<ChampionComparison> {
  const evaluation = evaluationOf(evidence);
  if (!evaluation.bound) return evaluation;
  const comparison = evaluation.of.comparison ?? null;
  if (comparison === null) return unbound("no comparison with the champion was made", again);
  const { version, artifactDigest } = champion;
  if (comparison.champion.version !== version || comparison.champion.artifactDigest !== artifactDigest) {
    const reason = `compared with version ${comparison.champion.version}, but the champion is version ${version}: evaluate and register again`;
    return unbound(reason, again);
  }
  return { bound: true, of: comparison };
}

function unbound(
  reason: string,
  fix: string,
): { readonly bound: false; readonly reason: string; readonly fix: string } {
  return { bound: false, reason, fix };
}
