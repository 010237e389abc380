import type { EvaluationReport } from "../../../contracts/evaluation-report.ts";
import type { MetricEstimate, Metrics } from "../../../contracts/metric-estimate.ts";
import { withUnit } from "../../../registry/gates/with-unit.ts";
import { textIn } from "../../record-body.ts";
import { counted, digestSource, eventSource, isoOf, type PointFindings, stated } from "../statement.ts";
import { cardStatement } from "./general-points.ts";
import type { DocumentedStatement } from "../documentation-record.ts";
import type { VersionFacts } from "../version-facts.ts";

const notEvaluated: PointFindings = { statements: [], missing: ["no evaluation is on record"] };

/** 2(g): what it was tested on, by what, with what result, and who answers for it. */
export function testingPoint({ evaluation, certificates, own }: VersionFacts): PointFindings {
  if (evaluation === undefined) return notEvaluated;
  const source = digestSource("evaluation", evaluation.digest);
  const { label, rows, excludedRows, sources, leakage, fairness } = evaluation;
  const approvals = own.filter(({ kind }) => kind === "version.approved");
  const from = sources.map(({ dataset, version }) => digestSource(`dataset ${dataset}`, version));
  return {
    statements: [
      ...stated(
        `It was tested on ${counted(rows, "held-out row")} with "${label}" known (${excludedRows} left out for missing values): ${metricsText(evaluation.metrics)}.`,
        [source, ...from],
      ),
      ...(leakage === undefined
        ? []
        : stated(
            `Of ${counted(leakage.rows, "held-out row")} ${leakage.sharedKeys} have key and time of a training row, ${leakage.equalRows} are equal to one.`,
            [source],
          )),
      ...groupStatements(evaluation),
      ...robustnessStatements(evaluation),
      ...certificates.map(({ digest, body, keyId }) => ({
        text: `${isoOf(body.issuedAtMs)}: judged for ${body.transition.to} by ${counted(body.outcomes.length, "gate")} (${body.outcomes.map(({ gate, outcome }) => `${gate}: ${outcome}`).join(", ")}), signed with the key ${keyId}, asked for by ${body.actor}.`,
        sources: [digestSource("certificate", digest), digestSource("evidence", body.evidenceDigest)],
      })),
      ...approvals.map((record) => ({
        text: `${isoOf(record.timeMs)}: approved for ${textIn(record, "to") ?? "a transition"} by ${record.actor}.`,
        sources: [eventSource(record)],
      })),
    ],
    missing: [
      ...(certificates.length === 0 ? ["no certificate: no gate has judged it"] : []),
      ...(fairness === undefined ? ["differences between groups were not measured"] : []),
      ...(evaluation.robustness === undefined ? ["what disturbed inputs do was not measured"] : []),
      ...(leakage === undefined ? ["what held-out and training rows share was not measured"] : []),
    ],
  };
}

/** 3: how accurate it is, for whom, and what it takes. */
export function accuracyPoint({ evaluation, version, views, data, card }: VersionFacts): PointFindings {
  if (evaluation === undefined) return notEvaluated;
  const source = digestSource("evaluation", evaluation.digest);
  const { calibration, slices, fairness } = evaluation;
  const columns = views.flatMap(({ features }) => features.flatMap((one) => one.columns));
  return {
    statements: [
      ...stated(`Overall, on ${counted(evaluation.rows, "row")}: ${metricsText(evaluation.metrics)}.`, [source]),
      ...slices.map(({ column, value, rows, metrics }) => ({
        text: `Where ${column} is ${value} (${counted(rows, "row")}): ${metricsText(metrics)}.`,
        sources: [source],
      })),
      ...groupStatements(evaluation),
      ...worstStatements(evaluation),
      ...cardStatement(card, "limits", "its limits are"),
      ...cardStatement(card, "ethics", "was considered of harm and fairness"),
      ...(calibration === undefined ? [] : stated(`Calibration: ${metricsText(calibration)}.`, [source])),
      ...stated(
        `Its input is ${version.vector.join(", ")}${columns.length === 0 ? "" : `, made from the columns ${[...new Set(columns)].sort().join(", ")}`}.`,
        [
          digestSource(`features ${version.service.name}`, version.service.hash),
          ...data.map(({ dataset, digest }) => digestSource(`dataset ${dataset}`, digest)),
        ],
      ),
    ],
    missing: [
      ...(slices.length === 0 && fairness === undefined ? ["accuracy by group was not measured"] : []),
      ...(calibration === undefined ? ["calibration was not measured"] : []),
    ],
  };
}

/** 4: which metrics decided, and at what bound. */
export function metricsPoint({ certificates }: VersionFacts): PointFindings {
  const statements = certificates.flatMap(({ digest, body }) =>
    body.outcomes
      .filter(({ bound }) => bound !== undefined)
      .map(({ gate, measured, bound, reason }) => ({
        text: `For ${body.transition.to}, ${gate} asked for ${numberText(gate, bound)} and found ${numberText(gate, measured)}: ${reason}.`,
        sources: [digestSource("certificate", digest)],
      })),
  );
  return { statements, missing: statements.length === 0 ? ["no gate with a bound has judged it"] : [] };
}

function numberText(gate: string, value: number | undefined): string {
  return value === undefined ? "nothing" : (withUnit(gate, value) ?? String(value));
}

function groupStatements({ fairness = [], digest }: EvaluationReport): readonly DocumentedStatement[] {
  return fairness.map(({ column, groups, metrics }) => ({
    text: `Between ${counted(groups, "group")} of ${column}: ${metricsText(metrics)}.`,
    sources: [digestSource("evaluation", digest)],
  }));
}

function robustnessStatements({ robustness = [], digest }: EvaluationReport): readonly DocumentedStatement[] {
  return robustness.map(({ perturbation, drops }) => ({
    text: `With inputs disturbed by ${perturbation}, metrics are worse by: ${metricsText(drops)}.`,
    sources: [digestSource("evaluation", digest)],
  }));
}

function worstStatements({ worstSlices, digest }: EvaluationReport): readonly DocumentedStatement[] {
  if (worstSlices === undefined || "notComputable" in worstSlices) return [];
  const { tested, slices, loss } = worstSlices;
  const found = slices.map(({ conditions, rows, difference }) => {
    const where = conditions.map(({ column, value }) => `${column} is ${value}`).join(" and ");
    return `${where} (${counted(rows, "row")}, ${loss} ${estimateText(difference)} higher)`;
  });
  const text = `Of ${counted(tested, "slice")} that were searched, these are worse than the rest: ${found.join("; ") || "none"}.`;
  return [{ text, sources: [digestSource("evaluation", digest)] }];
}

/** Metrics with their intervals, in the order of the report. */
export function metricsText(metrics: Metrics): string {
  const entries = Object.entries(metrics);
  if (entries.length === 0) return "nothing measured";
  return entries
    .map(([name, metric]) =>
      "notComputable" in metric
        ? `${name} not computable (${metric.notComputable})`
        : `${name} ${estimateText(metric)}`,
    )
    .join(", ");
}

function estimateText({ value, lower, upper }: MetricEstimate): string {
  const rounded = (number: number): string => String(Number(number.toPrecision(4)));
  const interval = lower === undefined || upper === undefined ? "" : ` (95%: ${rounded(lower)} to ${rounded(upper)})`;
  return `${rounded(value)}${interval}`;
}
