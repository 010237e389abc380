import type { ModelCardParts } from "../../contracts/model-card.ts";
import { SluiceError } from "../../core/errors.ts";

/** The parts that a card has, in order, by the heading they have in Markdown. */
export const cardHeadings: { readonly [part in Exclude<keyof ModelCardParts, "notes">]: string } = {
  owner: "Owner",
  intendedUse: "Intended use",
  outOfScope: "Out of scope",
  limits: "Limits",
  ethics: "Ethics",
  licences: "Licences",
  contacts: "Contacts",
};

/** The names of the parts that a card may lack. */
export const cardParts: readonly string[] = Object.keys(cardHeadings);

/** The parts that are not there, or blank. */
export function missingParts(parts: ModelCardParts): readonly string[] {
  const given = new Map<string, unknown>(Object.entries(parts));
  return cardParts.filter((part) => isBlank(given.get(part)));
}

/** Refuses what is no card: an unknown part, a part that is no text. Errors: `argument/invalid`. */
export function requireCardParts(subject: string, parts: unknown): asserts parts is ModelCardParts {
  if (typeof parts !== "object" || parts === null || Array.isArray(parts))
    throw invalid(subject, "a card that is no record");
  for (const [part, value] of Object.entries(parts)) {
    if (value === undefined) continue;
    if (part === "notes") requireNotes(subject, value);
    else if (!cardParts.includes(part)) throw invalid(subject, `the part "${part}"`);
    else if (part === "licences" || part === "contacts") requireTexts(subject, part, value);
    else if (!isText(value)) throw invalid(subject, `a part "${part}" that is no text`);
  }
}

function requireTexts(subject: string, part: string, value: unknown): void {
  if (!Array.isArray(value) || !value.every(isText))
    throw invalid(subject, `a part "${part}" that is no list of texts`);
}

function requireNotes(subject: string, value: unknown): void {
  if (typeof value !== "object" || value === null || !Object.values(value).every(isText))
    throw invalid(subject, "notes that are not texts by heading");
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value.isWellFormed() && !value.includes("\0");
}

function isBlank(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isBlank);
  return typeof value !== "string" || value.trim() === "";
}

function invalid(subject: string, found: string): SluiceError {
  return new SluiceError("argument/invalid", {
    found: `${found} in the model card of ${subject}`,
    expected: `texts under ${cardParts.join(", ")} (licences, contacts: lists), and notes by heading`,
    fix: "What has no part of its own goes into notes.",
  });
}
