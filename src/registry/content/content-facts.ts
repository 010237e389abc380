import type { ModelVersion } from "../../contracts/model-version.ts";
import type { JsonValue } from "../../core/canonical-json.ts";
import { jsonOf } from "../../core/json-of.ts";
import { kindOfVersion } from "../policy/policy-of.ts";
import type { RegistryOptions } from "../registry-options.ts";
import { versionSubject } from "../versions/version-key.ts";
import { readContent } from "./content-artifact.ts";

/** What a prompt or a config says, by the path of each value: what two versions of it are compared by. Of a model nothing. */
export async function contentFacts(
  { artifacts }: Pick<RegistryOptions, "artifacts">,
  version: ModelVersion,
): Promise<{ readonly [path: string]: JsonValue | undefined }> {
  const kind = kindOfVersion(version);
  if (kind === "model") return {};
  const artifact = await artifacts.get(version.artifactDigest);
  const content = readContent(versionSubject(version), kind, artifact);
  if (content.kind === "config") return Object.fromEntries(leaves("value", content.value));
  const { messages, parameters, variables } = content;
  return Object.fromEntries([
    ...messages.map(({ role, content: text }, i) => [`message ${i + 1} (${role})`, text] as const),
    ...leaves("parameters", jsonOf(parameters)),
    ["variables", variables.join(", ")] as const,
  ]);
}

/** The values in a JSON value, each with its path; a list is one value. */
function leaves(path: string, value: JsonValue): readonly (readonly [path: string, value: JsonValue])[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [[path, value]];
  return Object.entries(value).flatMap(([name, inner]) =>
    inner === undefined ? [] : leaves(`${path}.${name}`, inner),
  );
}
