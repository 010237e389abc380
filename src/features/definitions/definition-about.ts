import type { DefinitionAbout } from "../../contracts/feature-definition.ts";
import { definitionError } from "./definition-error.ts";

/** What is said of a definition among its options, for the definition to carry. Errors: `definition/invalid` for an empty text. */
export function aboutOf(label: string, options: DefinitionAbout): { readonly about?: DefinitionAbout } {
  const { owner, description } = options;
  const tags = [...new Set(options.tags ?? [])].sort();
  for (const [what, text] of [["owner", owner], ["description", description], ...tags.map((tag) => ["tag", tag])]) {
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
