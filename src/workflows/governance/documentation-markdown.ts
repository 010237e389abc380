import { requireMade } from "../../core/known-arguments.ts";
import { markdownTable, markdownText } from "../text-table.ts";
import { coverageWord } from "./coverage-text.ts";
import type { DocumentedPoint, RecordedPart, StatementSource, TechnicalDocumentation } from "./documentation-record.ts";
import { isoOf } from "./statement.ts";

const documentationMade = {
  what: "technical documentation",
  by: "technicalDocumentation() makes it",
  members: { subject: "object", basis: "object", coverage: "object", points: "list" },
} as const;

/**
 * Technical documentation as Markdown: what it rests on, the coverage by point, then each point with its statements, their sources, what is
 * missing, and what people wrote.
 */
export function documentationMarkdown(documentation: TechnicalDocumentation): string {
  requireMade("documentationMarkdown()", documentation, documentationMade);
  const { subject, basis, coverage, points } = documentation;
  const state = basis.verified
    ? `The audit log verified: ${basis.events} events, chain head \`${basis.head ?? "none"}\`${basis.lastEventMs === null ? "" : `, the last of ${isoOf(basis.lastEventMs)}`}.`
    : `**The audit log does not verify: ${markdownText(basis.fault ?? "")}. Nothing below can be relied on.**`;
  return [
    `# Technical documentation: ${markdownText(subject.model)}, version ${subject.version}`,
    "",
    `Stage: ${markdownText(subject.stage)}. ${state}`,
    "",
    "Along Annex IV, Article 12 and Article 72 of Regulation (EU) 2024/1689. Each statement names the records it rests on: it is evidence for its point, and no judgement on whether the point is met. What is not on record is named; what only a person can say is left to a person.",
    "",
    "## Coverage",
    "",
    `${coverage.evidenced} of ${coverage.points} points are evidenced, ${coverage.partly} in part; ${coverage.human} have nothing on record and are for a person to write. People wrote to ${coverage.written} of those that are not evidenced; ${coverage.open.length} are open.`,
    "",
    ...markdownTable([
      ["Point", "What it asks for", "Coverage"],
      ...points.map((point) => [point.id, point.title, coverageWord(point)]),
    ]),
    "",
    ...points.flatMap(pointLines),
  ].join("\n");
}

function pointLines(point: DocumentedPoint): readonly string[] {
  const { id, title, statements, missing, written } = point;
  return [
    `## ${id}: ${title}`,
    "",
    `*${markdownText(coverageWord(point))}*`,
    "",
    ...statements.map(({ text, sources }) => `- ${markdownText(text)} ${sources.map(sourceText).join(" ")}`),
    ...(statements.length === 0 ? [] : [""]),
    ...missing.map((what) => `- Missing, ${markdownText(what)}`),
    ...(missing.length === 0 ? [] : [""]),
    ...written.flatMap(writtenLines),
  ];
}

/** What a person wrote is quoted as a whole: its headings are none of the document's. */
function writtenLines({ author, markdown, digest, record }: RecordedPart): readonly string[] {
  return [
    `Written by ${markdownText(author)} (\`${digest}\`, audit event ${record.index}):`,
    "",
    ...markdown.split(/\r?\n/).map((line) => `> ${line}`.trimEnd()),
    "",
  ];
}

/** A source within a line of Markdown. */
export function sourceText(source: StatementSource): string {
  if (source.kind === "audit") return `[audit event ${source.index}, \`${shortDigest(source.hash)}\`]`;
  return `[${markdownText(source.of)} \`${shortDigest(source.digest)}\`]`;
}

function shortDigest(digest: string): string {
  return digest.replace(/^(sha256:[0-9a-f]{12})[0-9a-f]{52}$/, "$1…").replaceAll("`", "'");
}
