import { textTable } from "../text-table.ts";
import { counted } from "./statement.ts";
import type { DocumentedPoint, TechnicalDocumentation } from "./documentation-record.ts";

/** How a coverage is called. */
export function coverageWord({ coverage, written }: DocumentedPoint): string {
  const by = [...new Set(written.map(({ author }) => author))].join(", ");
  const word = { evidenced: "evidenced", partly: "partly evidenced", human: "a human must write" }[coverage];
  if (written.length === 0) return word;
  return coverage === "human" ? `written by ${by}` : `${word}, written to by ${by}`;
}

/** The coverage of a documentation as lines: a line a point. */
export function coverageText({ subject, basis, coverage, points }: TechnicalDocumentation): string {
  const { model, version, stage } = subject;
  const log = basis.verified ? `${basis.events} events, verified` : `DOES NOT VERIFY: ${basis.fault ?? ""}`;
  const rows = points.map((point) => [
    point.id,
    coverageWord(point),
    counted(point.statements.length, "statement"),
    point.title,
  ]);
  return [
    `Technical documentation of ${model}@${version} (${stage}), from the audit log (${log}):`,
    `  ${coverage.evidenced} of ${coverage.points} points evidenced, ${coverage.partly} partly, ${coverage.human} for a human to write; ${coverage.written} written to, ${coverage.open.length} open`,
    ...textTable(rows).map((line) => `  ${line}`),
  ].join("\n");
}
