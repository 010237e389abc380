import type { CertifiedModel } from "../../contracts/model-source.ts";
import type {
  ConfigDefinition,
  PromptDefinition,
  PromptMessage,
  PromptValue,
} from "../../contracts/content-definition.ts";
import { canonicalJson, type JsonValue } from "../../core/canonical-json.ts";
import { SluiceError } from "../../core/errors.ts";
import { requireArgument, requireMade } from "../../core/known-arguments.ts";
import { printable } from "../../core/printable.ts";
import { soundPolicies } from "../policy/sound-policy.ts";
import { loadedText } from "../loading/loaded-text.ts";
import { requested } from "../registry-calls.ts";
import { type RegistryOptions, requireRegistryParts } from "../registry-options.ts";
import { versionSubject } from "../versions/version-key.ts";
import type { RegisteredVersion } from "../versions/insert-version.ts";
import { recordedRegistration } from "../versions/recorded-registration.ts";
import { readContent } from "./content-artifact.ts";
import { type ContentRegistration, registerContent } from "./register-content.ts";
import { renderMessages } from "./render-messages.ts";

type Certified = Pick<CertifiedModel, "version" | "certificate" | "warnings" | "validUntilMs">;

/** A prompt as it was loaded, verified. */
export interface LoadedPrompt<V extends string = string> extends Certified {
  readonly messages: readonly PromptMessage[];
  readonly parameters: { readonly [name: string]: JsonValue };
  /** The messages with the variables' values. Errors: `argument/invalid`. */
  render(values: { readonly [variable in V]: PromptValue }): readonly PromptMessage[];
}

/** A configuration as it was loaded, verified. */
export interface LoadedConfig<T> extends Certified {
  readonly value: T;
}

/** What a {@link ContentRegistry} is wired from. */
export interface ContentRegistryOptions extends RegistryOptions {
  /** Loads what is certified. */
  readonly source: {
    /** A certified version by alias or number, verified. */
    load(name: string, which?: string | number): Promise<CertifiedModel>;
  };
}

const promptMade = {
  what: "a prompt",
  by: "prompt() defines it",
  members: { name: "text", variables: "list" },
} as const;

const configMade = {
  what: "a config",
  by: "config() defines it",
  members: { name: "text", read: "function" },
} as const;

/**
 * Prompts and configurations in the registry: versions as models are, through the same gates, approvals and certificates, by the policies of their own
 * kind (`policies`).
 */
export class ContentRegistry {
  readonly #options: ContentRegistryOptions;

  /** Errors: `argument/invalid` for what it cannot be wired from, `definition/invalid` for a malformed policy. */
  constructor(options: ContentRegistryOptions) {
    requireRegistryParts("new ContentRegistry(options)", options);
    requireArgument("new ContentRegistry(options)", "source", options.source, "object");
    this.#options = soundPolicies(options);
  }

  /**
   * Registers a prompt or a config as the next version; the same content, evaluation and author again is the same version. A refusal goes on record.
   * Errors: `definition/conflict` (the name is of another kind), `argument/invalid`, `registry/conflict`.
   */
  async registerContent(
    definition: PromptDefinition | ConfigDefinition,
    registration: ContentRegistration,
  ): Promise<RegisteredVersion> {
    return await recordedRegistration(this.#options, { name: definition?.name, author: registration?.author }, () =>
      registerContent(this.#options, definition, requested("registerContent", registration)),
    );
  }

  /**
   * Loads a prompt, verified: by an alias (`champion`, `challenger`, one of the host's own), or a version by number.
   * Errors: as `load`, and `definition/conflict` for a version with other variables than the definition, or of another kind.
   *
   * @param which @default "champion"
   */
  async loadPrompt<V extends string>(
    definition: PromptDefinition<string, V>,
    which: string | number = "champion",
  ): Promise<LoadedPrompt<V>> {
    requireMade("registry.loadPrompt()", definition, promptMade);
    const { name, variables } = definition;
    const { artifact, ...certified } = await this.#options.source.load(name, which);
    const subject = versionSubject(certified.version);
    const content = readContent(subject, "prompt", artifact);
    if (canonicalJson([...content.variables].sort()) !== canonicalJson([...variables].sort()))
      throw new SluiceError("definition/conflict", {
        found: `${subject} with the variables ${content.variables.join(", ") || "none"}`,
        expected: variables.join(", ") || "none",
        fix: "Load a version with the definition's variables, or change the definition.",
      });
    const { messages, parameters } = content;
    const loaded: LoadedPrompt<V> = {
      ...certified,
      messages,
      parameters,
      render: (values) => renderMessages(name, messages, content.variables, values),
    };
    return printable(loaded, () => loadedPromptText(loaded));
  }

  /**
   * Loads a configuration, verified, and checked by the definition. Errors: as `load`, and `definition/conflict`.
   *
   * @param which @default "champion"
   */
  async loadConfig<T>(
    definition: ConfigDefinition<string, T>,
    which: string | number = "champion",
  ): Promise<LoadedConfig<T>> {
    requireMade("registry.loadConfig()", definition, configMade);
    const { artifact, ...certified } = await this.#options.source.load(definition.name, which);
    const { value } = readContent(versionSubject(certified.version), "config", artifact);
    const loaded: LoadedConfig<T> = { ...certified, value: definition.read(value) };
    return printable(loaded, () => `${loadedText(loaded)}\n  ${canonicalJson(value)}`);
  }
}

function loadedPromptText(loaded: LoadedPrompt): string {
  const { messages, parameters } = loaded;
  return [
    loadedText(loaded),
    ...(Object.keys(parameters).length === 0 ? [] : [`  ${canonicalJson(parameters)}`]),
    ...messages.map(({ role, content }) => `  ${role}: ${content}`),
  ].join("\n");
}
