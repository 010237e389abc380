import type { DefinitionAbout } from "../../contracts/feature-definition.ts";
import type { OptionNames } from "../../core/known-options.ts";
import { definitionError } from "./definition-error.ts";

/** The options that say something of a definition. */
export const aboutNames: OptionNames<DefinitionAbout> = {
  owner: "optional",
  tags: "optional",
  description: "optional",
};

/** What is said of a definition among its options, for the definition to carry. Errors: `definition/invalid` for an empty text, and for what is none. */
export function aboutOf(label: string, options: DefinitionAbout): { readonly about?: DefinitionAbout } {
  const { owner, description } = options;
  if (options.tags !== undefined && !Array.isArray(options.tags))
    throw definitionError(label, "tags that are no list", "a list of texts", 'Pass ["tag", …].');
  const tags = [...new Set(options.tags ?? [])].sort();
  for (const [what, text] of [["owner", owner], ["description", description], ...tags.map((tag) => ["tag", tag])]) {
    if (text !== undefined && typeof text !== "string")
      throw definitionError(label, `the ${what} ${String(text)}`, "a text", "Leave it out, or pass a text.");
    if (text?.trim() === "")
      throw definitionError(label, `an empty ${what}`, "a text", "Leave it out, or say something.");
  }
  if (owner === undefined && description === undefined && tags.length === 0) return {};
  return {
    about: {
      ...(owner !== undefined && { owner }),
      ...(tags.length > 0 && { tags }),
      ...(description !== undefined && { description }),
    },
  };
}
