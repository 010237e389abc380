import type { RunRef } from "../contracts/run.ts";
import { alignedLines } from "../core/aligned-lines.ts";
import { lineText } from "../core/line-text.ts";
import { printable } from "../core/printable.ts";
import { shortDigest } from "../core/short-digest.ts";

/** Gives a run's reference a text: `console.log` and `String()` of it show what the run was made from. */
export function printedRun(ref: RunRef): RunRef {
  return printable(ref, runText);
}

/** A run's reference in lines for a person. */
function runText({ id, experiment, codeDigest, training, startedBy = [] }: RunRef): string {
  const sources = (training?.sources ?? []).map(({ dataset, version }) => `${dataset} ${shortDigest(version)}`);
  const people = startedBy.flatMap(({ names: [first], issuer }) =>
    first === undefined ? [] : [issuer === undefined ? first : `${first}, verified by ${issuer}`],
  );
  const rows = [
    ["code", shortDigest(codeDigest)],
    [
      "trained",
      training === null
        ? "on nothing that is known"
        : `on ${training.rows} rows of ${training.service.name}, training set ${shortDigest(training.digest)}`,
    ],
    ...(sources.length === 0 ? [] : [["sources", sources.join(", ")]]),
    ...(people.length === 0 ? [] : [["started", `by ${people.join(" and ")}`]]),
  ];
  const lines = alignedLines(rows, () => false).map((line) => `  ${lineText(line)}`);
  return [`run ${id} of "${lineText(experiment)}"`, ...lines].join("\n");
}
