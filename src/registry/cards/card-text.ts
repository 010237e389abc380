import type { ModelCard } from "../../contracts/model-card.ts";
import { alignedLines } from "../../core/aligned-lines.ts";
import { isoOf } from "../../core/iso-of.ts";
import { lineText } from "../../core/line-text.ts";
import { printable } from "../../core/printable.ts";
import { cardHeadings } from "./card-parts.ts";

/** Gives a model card a text: `console.log` and `String()` of it show its parts, and which nobody has written. */
export function printedCard(card: ModelCard): ModelCard {
  return printable(card, cardText);
}

/** A model card in lines for a person. */
function cardText({ model, version, revision, author, writtenAtMs, parts, missing }: ModelCard): string {
  const written = new Map<string, unknown>(Object.entries(parts));
  const rows = [
    ...Object.entries(cardHeadings).flatMap(([part, heading]) =>
      missing.includes(part) || written.get(part) === undefined ? [] : [[heading, shownPart(written.get(part))]],
    ),
    ...Object.entries(parts.notes ?? {}).map(([heading, text]) => [lineText(heading), lineText(text)]),
    ...(missing.length === 0 ? [] : [["missing", `${missing.join(", ")}: a person must write them`]]),
  ];
  const lines = alignedLines(rows, () => false).map((line) => `  ${line}`);
  const head = `card ${revision} of ${model}@${version}, by ${lineText(author)}, ${isoOf(writtenAtMs)}`;
  return [head, ...lines].join("\n");
}

function shownPart(part: unknown): string {
  return (Array.isArray(part) ? part : [part]).map((text: unknown) => lineText(String(text))).join(", ");
}
