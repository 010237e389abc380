import { requireMade } from "../../core/known-arguments.ts";
import type { WorkOptions } from "../../core/progress.ts";
import { requireWorkspace } from "../require-workspace.ts";
import { markdownText } from "../text-table.ts";
import { printable } from "../../core/printable.ts";
import type { DocumentedStatement } from "./documentation-record.ts";
import { sourceText } from "./documentation-markdown.ts";
import { changePlanPoint, dataPoint, designPoint, methodPoint } from "./points/development-points.ts";
import { versionPoint } from "./points/general-points.ts";
import { operationPoint, riskRecordsPoint } from "./points/logging-points.ts";
import { monitoringRecordsPoint, monitoringSystemPoint } from "./points/monitoring-points.ts";
import { accuracyPoint, metricsPoint, testingPoint } from "./points/testing-points.ts";
import type { PointFindings } from "./statement.ts";
import { type DocumentedVersion, type DocumentedWorkspace, type VersionFacts, versionFacts } from "./version-facts.ts";

/** A part of a generated model card. */
export interface CardSection {
  readonly heading: string;
  readonly statements: readonly DocumentedStatement[];
  /** What is not on record. */
  readonly missing: readonly string[];
}

/** A model card made from what happened. What only people can say is in the card that they write. Printing it shows it as Markdown. */
export interface GeneratedModelCard {
  readonly kind: "generated-model-card";
  readonly schema: 1;
  readonly model: string;
  readonly version: number;
  readonly stage: string;
  readonly sections: readonly CardSection[];
  /** What people must say: intended use, limits, ethics. */
  readonly forPeople: readonly string[];
}

const sections: readonly (readonly [heading: string, ...found: ((facts: VersionFacts) => PointFindings)[]])[] = [
  ["What it is", versionPoint, designPoint],
  ["How it was made", methodPoint, dataPoint],
  ["How well it works", testingPoint, accuracyPoint],
  ["What it had to pass", metricsPoint, changePlanPoint],
  ["In use", operationPoint, monitoringSystemPoint, monitoringRecordsPoint],
  ["What went wrong", riskRecordsPoint],
];

const forPeople: readonly string[] = [
  "what it is for, and what it is not for",
  "known limits beyond what was measured",
  "what was considered of harm and fairness",
  "licences, owner and contacts",
];

/**
 * Makes a model card of a version from what is on record (M. Mitchell et al., "Model cards for model reporting", 2019, for the order of its parts).
 * Errors: as `technicalDocumentation`.
 *
 * @example
 * ```ts no-run
 * import { openWorkspace } from "sluice";
 * import { generatedCardMarkdown, generatedModelCard } from "sluice/workflows";
 * const ws = await openWorkspace(".sluice");
 * const card = await generatedModelCard(ws, { name: "delay", version: 3 });
 * console.log(generatedCardMarkdown(card));
 * await ws.close();
 * ```
 */
export async function generatedModelCard(
  ws: DocumentedWorkspace,
  version: DocumentedVersion,
  options: WorkOptions = {},
): Promise<GeneratedModelCard> {
  requireWorkspace("generatedModelCard()", ws, options);
  return cardOf(await versionFacts(ws, version, options));
}

/** {@link generatedModelCard} of facts that were read before. */
export function cardOf(facts: VersionFacts): GeneratedModelCard {
  const { name, version, stage } = facts.version;
  const made = sections.map(([heading, ...points]): CardSection => {
    const found = points.map((point) => point(facts));
    return { heading, statements: distinct(found), missing: [...new Set(found.flatMap(({ missing }) => missing))] };
  });
  const card: GeneratedModelCard = {
    kind: "generated-model-card",
    schema: 1,
    model: name,
    version,
    stage,
    sections: made,
    forPeople,
  };
  return printable(card, () => generatedCardMarkdown(card));
}

/** Points share statements: each is said once. */
function distinct(found: readonly PointFindings[]): readonly DocumentedStatement[] {
  return [...new Map(found.flatMap(({ statements }) => statements).map((one) => [one.text, one])).values()];
}

const cardMade = {
  what: "a generated model card",
  by: "generatedModelCard() makes it",
  members: { model: "text", sections: "list", forPeople: "list" },
} as const;

/** A generated model card as Markdown. Errors: `argument/invalid`. */
export function generatedCardMarkdown(card: GeneratedModelCard): string {
  requireMade("generatedCardMarkdown()", card, cardMade);
  const { model, version, stage, sections: all, forPeople: people } = card;
  return [
    `# Model card: ${markdownText(model)}, version ${version}`,
    "",
    `Stage: ${markdownText(stage)}. Made from records; each statement names those it rests on.`,
    "",
    ...all.flatMap(({ heading, statements, missing }) => [
      `## ${heading}`,
      "",
      ...statements.map(({ text, sources }) => `- ${markdownText(text)} ${sources.map(sourceText).join(" ")}`),
      ...missing.map((what) => `- Not recorded: ${markdownText(what)}`),
      ...(statements.length + missing.length === 0 ? ["- Nothing on record."] : []),
      "",
    ]),
    "## For people to write",
    "",
    ...people.map((what) => `- ${what}`),
    "",
  ].join("\n");
}
