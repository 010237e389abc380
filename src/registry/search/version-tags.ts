import { SluiceError } from "../../core/errors.ts";

/** Tags of a version: a value by name. */
export type VersionTags = { readonly [tag: string]: string };

const longest = 500;

/** Refuses tags that are no texts. Errors: `argument/invalid`. */
export function requireTags(subject: string, tags: unknown): asserts tags is VersionTags {
  if (typeof tags !== "object" || tags === null || Array.isArray(tags))
    throw invalid(subject, "tags that are no record");
  for (const [tag, value] of Object.entries(tags)) requireTag(subject, tag, value);
}

/** Refuses a tag whose name or value is no text of 1 to 500 characters. Errors: `argument/invalid`. */
export function requireTag(subject: string, tag: string, value: unknown): void {
  for (const text of [tag, value])
    if (
      typeof text !== "string" ||
      text.length === 0 ||
      text.length > longest ||
      !text.isWellFormed() ||
      text.includes("\0")
    )
      throw invalid(subject, `the tag ${JSON.stringify(tag)} of ${JSON.stringify(value)}`);
}

function invalid(subject: string, found: string): SluiceError {
  return new SluiceError("argument/invalid", {
    found: `${found} of ${subject}`,
    expected: `texts of 1 to ${longest} characters by name`,
    fix: "Shorten it, or leave it out.",
  });
}
