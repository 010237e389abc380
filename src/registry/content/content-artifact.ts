import type { ArtifactContent } from "../../contracts/artifact.ts";
import type { ConfigDefinition, PromptDefinition } from "../../contracts/content-definition.ts";
import { canonicalJson, type JsonValue } from "../../core/canonical-json.ts";
import { SluiceError } from "../../core/errors.ts";

/** What is stored of a prompt or a config. */
export type StoredContent =
  | ({ readonly kind: "prompt"; readonly schema: 1 } & Pick<PromptDefinition, "messages" | "variables" | "parameters">)
  | { readonly kind: "config"; readonly schema: 1; readonly value: JsonValue };

/** The artifact formats of prompts and configs. */
export const contentFormats: { readonly [kind in StoredContent["kind"]]: string } = {
  prompt: "sluice-prompt",
  config: "sluice-config",
};

const path = "content.json";

/** A definition as an artifact: the same content gives the same bytes. */
export function contentArtifact(definition: PromptDefinition | ConfigDefinition): ArtifactContent {
  const { kind } = definition;
  const content =
    kind === "config"
      ? { kind, schema: 1, value: definition.value }
      : {
          kind,
          schema: 1,
          messages: definition.messages.map(({ role, content }) => ({ role, content })),
          variables: [...definition.variables],
          parameters: { ...definition.parameters },
        };
  const bytes = new TextEncoder().encode(canonicalJson(content));
  return { format: contentFormats[kind], files: [{ path, bytes }] };
}

/** What an artifact holds. Errors: `artifact/corrupt`, `definition/conflict` where it is of another kind. */
export function readContent<K extends StoredContent["kind"]>(
  subject: string,
  kind: K,
  artifact: ArtifactContent,
): Extract<StoredContent, { readonly kind: K }> {
  if (artifact.format !== contentFormats[kind])
    throw new SluiceError("definition/conflict", {
      found: `${subject}, an artifact of format "${artifact.format}"`,
      expected: `a ${kind}`,
      fix: "Load it as what it was registered as.",
    });
  const file = artifact.files.find((one) => one.path === path);
  const content: StoredContent | undefined =
    file === undefined ? undefined : JSON.parse(new TextDecoder().decode(file.bytes));
  if (content?.kind === kind && content.schema === 1) return content as Extract<StoredContent, { readonly kind: K }>;
  throw new SluiceError("artifact/corrupt", {
    found: `${subject} without the content of a ${kind}`,
    expected: "the content as it was registered",
    fix: "Restore the artifact from a backup.",
  });
}
