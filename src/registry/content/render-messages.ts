import type { PromptMessage, PromptValue } from "../../contracts/content-definition.ts";
import { SluiceError } from "../../core/errors.ts";

const placeholder = /\{\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*\}\}/g;

/** The variables that messages name. */
export function variablesIn(messages: readonly PromptMessage[]): ReadonlySet<string> {
  return new Set(messages.flatMap(({ content }) => [...content.matchAll(placeholder)].map((match) => match[1] ?? "")));
}

/**
 * Messages with their variables' values, in one pass: a value that itself looks like a variable stays as it is.
 * Errors: `argument/invalid` for a value that is missing, not finite, or of no variable.
 */
export function renderMessages(
  name: string,
  messages: readonly PromptMessage[],
  variables: readonly string[],
  values: { readonly [variable: string]: PromptValue },
): readonly PromptMessage[] {
  const unknown = Object.keys(values).find((variable) => !variables.includes(variable));
  if (unknown !== undefined) throw invalid(name, `a value of "${unknown}"`, variables);
  const texts = new Map(variables.map((variable) => [variable, textOf(name, variable, values, variables)]));
  return messages.map(({ role, content }) => ({
    role,
    content: content.replace(placeholder, (_, variable: string) => texts.get(variable) ?? ""),
  }));
}

function textOf(
  name: string,
  variable: string,
  values: { readonly [variable: string]: PromptValue },
  variables: readonly string[],
): string {
  const value: unknown = Object.hasOwn(values, variable) ? values[variable] : undefined;
  if (typeof value === "string" || typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value)))
    return String(value);
  throw invalid(name, `${String(value)} for "${variable}"`, variables);
}

function invalid(name: string, found: string, variables: readonly string[]): SluiceError {
  return new SluiceError("argument/invalid", {
    found: `${found} in the prompt "${name}"`,
    expected: `a text, a finite number or a boolean for each of ${variables.join(", ") || "no variable"}`,
    fix: "Pass exactly the prompt's variables.",
  });
}
