import type { ScoreCurve } from "../../../contracts/evaluation-detail.ts";
import type { EvaluationReport } from "../../../contracts/evaluation-report.ts";
import { dashed, dotAt, lineThrough, squarePanel } from "./square-panel.ts";

type Drawn = Pick<EvaluationReport, "metrics" | "decisions">;

/** The ROC curve from "call nothing" to "call everything", with a dot at the threshold of the report's decisions; on the line a model guesses. */
export function rocPanel(curve: ScoreCurve, report: Drawn): string {
  const { positives, negatives } = curve;
  const place = ({ truePositives, falsePositives }: Called): readonly [number, number] => [
    falsePositives / negatives,
    truePositives / positives,
  ];
  return squarePanel(
    {
      title: `ROC${valueText("AUC", report.metrics["auc"])}`,
      across: "false positive rate",
      up: "true positive rate",
    },
    [dashed([0, 0], [1, 1]), lineThrough([[0, 0], ...calledBy(curve).map(place)]), ...decided(report, place)],
  );
}

/**
 * The precision–recall curve, in steps as average precision counts it: what lies straight between two of its points cannot be reached (J. Davis,
 * M. Goadrich, 2006). On the line a model guesses.
 */
export function precisionRecallPanel(curve: ScoreCurve, report: Drawn): string {
  const { positives, negatives } = curve;
  const place = ({ truePositives, falsePositives }: Called): readonly [number, number] => [
    truePositives / positives,
    truePositives / (truePositives + falsePositives),
  ];
  let reached = 0;
  const steps = calledBy(curve)
    .map(place)
    .flatMap(([recall, precision]) => {
      const before = reached;
      reached = recall;
      return [
        [before, precision],
        [recall, precision],
      ] as const;
    });
  const share = positives / (positives + negatives);
  return squarePanel(
    {
      title: `Precision and recall${valueText("AP", report.metrics["averagePrecision"])}`,
      across: "recall",
      up: "precision",
    },
    [dashed([0, share], [1, share]), lineThrough(steps), ...decided(report, place)],
  );
}

/** Rows that a threshold calls positive. */
interface Called {
  readonly truePositives: number;
  readonly falsePositives: number;
}

function calledBy({ truePositives, falsePositives }: ScoreCurve): readonly Called[] {
  return truePositives.map((called, at) => ({ truePositives: called, falsePositives: falsePositives[at] ?? 0 }));
}

/** The dot of the decisions, if any row was called positive by them. */
function decided({ decisions }: Drawn, place: (called: Called) => readonly [number, number]): readonly string[] {
  const [falsePositives, truePositives] = [decisions?.counts[0]?.[1] ?? 0, decisions?.counts[1]?.[1] ?? 0];
  if (truePositives + falsePositives === 0) return [];
  const at = decisions?.threshold;
  return [dotAt(place({ truePositives, falsePositives }), at === undefined ? "decisions" : `from ${at} on`)];
}

function valueText(name: string, found: EvaluationReport["metrics"][string] | undefined): string {
  if (found === undefined || "notComputable" in found) return "";
  return ` (${name} ${Number(found.value.toPrecision(3))})`;
}
