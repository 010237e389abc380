import type { ModelCard } from "../../contracts/model-card.ts";
import { requireMade } from "../../core/known-arguments.ts";
import { cardHeadings } from "./card-parts.ts";

/** What stands where nobody has written a part. */
const missingText = "_Missing: a person must write this._";

const cardMade = {
  what: "a model card",
  by: "registry.card(version) gives it",
  members: { model: "text", parts: "object", writtenAtMs: "number" },
} as const;

/**
 * A model card as Markdown. A part that nobody has written says so; nothing is made up.
 *
 * @example
 * ```ts
 * import { cardMarkdown } from "sluice/registry";
 * const text = cardMarkdown({
 *   schema: 1, model: "delay", version: 3, revision: 1, author: "ada", writtenAtMs: 0, digest: `sha256:${"0".repeat(64)}`,
 *   parts: { owner: "ops", limits: "Not tried on snow." }, missing: ["intendedUse"],
 * });
 * if (!text.includes("## Limits\n\nNot tried on snow.")) throw new Error(text);
 * ```
 */
export function cardMarkdown(card: ModelCard): string {
  requireMade("cardMarkdown()", card, cardMade);
  const written = new Map<string, unknown>(Object.entries(card.parts));
  const parts = Object.entries(cardHeadings).map(([part, heading]) => section(heading, written.get(part)));
  const notes = Object.entries(card.parts.notes ?? {}).map(([heading, text]) => section(heading, text));
  const about = `Revision ${card.revision}, by ${card.author}, ${new Date(card.writtenAtMs).toISOString()}, ${card.digest}`;
  return [`# ${card.model}, version ${card.version}`, about, ...parts, ...notes, ""].join("\n\n");
}

function section(heading: string, value: unknown): string {
  const list = Array.isArray(value) ? value.map((item) => `- ${String(item)}`).join("\n") : undefined;
  const text = list ?? (typeof value === "string" ? value : "");
  return `## ${heading}\n\n${text.trim() === "" ? missingText : text}`;
}
