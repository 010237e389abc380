import type { JsonValue } from "../core/canonical-json.ts";

/** A message of a prompt: who speaks, and a text with `{{variables}}`. */
export interface PromptMessage {
  readonly role: string;
  readonly content: string;
}

/** What a variable of a prompt may be. */
export type PromptValue = string | number | boolean;

/** A prompt by its text, variables and parameters. Made by `prompt()`. */
export interface PromptDefinition<N extends string = string, V extends string = string> {
  readonly kind: "prompt";
  readonly name: N;
  readonly messages: readonly PromptMessage[];
  readonly variables: readonly V[];
  /** What goes to the language model beside the text, as a temperature. */
  readonly parameters: { readonly [name: string]: JsonValue };
}

/** A configuration by its value: thresholds, a feature service, any JSON. Made by `config()`. */
export interface ConfigDefinition<N extends string = string, out T = unknown> {
  readonly kind: "config";
  readonly name: N;
  readonly value: JsonValue;
  /** Checks and types a stored value. Errors: `definition/conflict`. */
  read(value: JsonValue): T;
}
