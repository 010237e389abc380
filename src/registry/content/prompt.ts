import type { PromptDefinition, PromptMessage } from "../../contracts/content-definition.ts";
import { canonicalJson, type JsonValue } from "../../core/canonical-json.ts";
import { SluiceError } from "../../core/errors.ts";
import { requireArgument } from "../../core/known-arguments.ts";
import { type OptionNames, requireOptions } from "../../core/known-options.ts";
import { requireContentName } from "./content-name.ts";
import { variablesIn } from "./render-messages.ts";

/** What a prompt is made of. */
export interface PromptOptions<V extends string> {
  /** One text (of the role `user`), or messages; `{{name}}` stands for a variable. */
  readonly template: string | readonly PromptMessage[];
  /** The variables of the template: exactly these. @default none */
  readonly variables?: readonly V[];
  /** What goes to the language model beside the text, as `{ model: "…", temperature: 0 }`: JSON. @default none */
  readonly parameters?: { readonly [name: string]: JsonValue };
}

const optionNames: OptionNames<PromptOptions<string>> = {
  template: "required",
  variables: "optional",
  parameters: "optional",
};

/**
 * Defines a prompt: register it as a version, promote it through gates, and load it by alias, as a model.
 * Errors: `definition/invalid` (a name, a variable that the template lacks or that is not declared, no text, parameters that are no JSON).
 *
 * @param name letters, digits, `.`, `_` and `-`, at most 128, beginning with a letter or digit
 *
 * @example
 * ```ts
 * import { prompt } from "sluice/registry";
 * const triage = prompt("triage", { template: "Is this urgent?\n{{ticket}}", variables: ["ticket"], parameters: { temperature: 0 } });
 * if (triage.messages[0]?.role !== "user") throw new Error("a text is the user's");
 * ```
 */
export function prompt<const N extends string, const V extends string = never>(
  name: N,
  options: PromptOptions<V>,
): PromptDefinition<N, V> {
  requireContentName("prompt", name);
  requireOptions(`prompt(${JSON.stringify(name)})`, options, optionNames, "definition/invalid");
  const { template, variables = [], parameters = {} } = options;
  const messages = typeof template === "string" ? [{ role: "user", content: template }] : template;
  const sound =
    Array.isArray(messages) &&
    messages.length > 0 &&
    messages.every((one) => isText(one?.role) && isText(one?.content));
  if (!sound) throw invalid(name, "a template without text", "a text, or messages with role and content");
  requireArgument(`prompt(${JSON.stringify(name)})`, "variables", variables, "list", "definition/invalid");
  const found = variablesIn(messages);
  const declared: ReadonlySet<string> = new Set(variables);
  const undeclared = [...found].find((one) => !declared.has(one));
  if (undeclared !== undefined)
    throw invalid(name, `{{${undeclared}}} in the template`, `variables: ${[...declared].join(", ") || "none"}`);
  const unused = variables.find((one) => !found.has(one));
  if (unused !== undefined || declared.size !== variables.length)
    throw invalid(name, `the variable "${unused ?? "(twice)"}"`, `each once, of ${[...found].join(", ") || "none"}`);
  try {
    canonicalJson(parameters);
  } catch (error) {
    throw invalid(name, `parameters that are no JSON (${String(error)})`, "finite numbers, texts, lists and records");
  }
  return {
    kind: "prompt",
    name,
    messages: messages.map(({ role, content }) => ({ role, content })),
    variables: [...variables],
    parameters,
  };
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "" && value.isWellFormed();
}

function invalid(name: string, found: string, expected: string): SluiceError {
  return new SluiceError("definition/invalid", {
    found: `${found} of the prompt "${name}"`,
    expected,
    fix: "Let template and variables agree.",
  });
}
