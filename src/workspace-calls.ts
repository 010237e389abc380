import { SluiceError } from "./core/errors.ts";
import { foundText } from "./core/found-text.ts";
import { optionalArgument, type ValueKind } from "./core/known-arguments.ts";
import { type OptionNames, requireOptions } from "./core/known-options.ts";
import type { WorkspaceOptions } from "./workspace.ts";

/** The options of a workspace; types see to it that none is left out. */
const names: OptionNames<WorkspaceOptions> = {
  path: "optional",
  metadata: "optional",
  blobs: "optional",
  compression: "optional",
  online: "optional",
  onlineRetention: "optional",
  pushLogRows: "optional",
  featureLog: "optional",
  vectors: "optional",
  offline: "optional",
  signer: "optional",
  verifier: "optional",
  anchors: "optional",
  artifacts: "optional",
  runtimes: "optional",
  policy: "optional",
  policies: "optional",
  identity: "optional",
  actor: "optional",
  sinks: "optional",
  clock: "optional",
  logger: "optional",
};

/** What each of them is; those that are left out say so themselves. */
const kinds: { readonly [option in keyof WorkspaceOptions]: ValueKind } = {
  path: "text",
  metadata: "object",
  blobs: "object",
  compression: "text",
  online: "object",
  pushLogRows: "number",
  featureLog: "object",
  vectors: "object",
  offline: "object",
  signer: "object",
  verifier: "object",
  anchors: "list",
  artifacts: "object",
  runtimes: "list",
  identity: "object",
  actor: "text",
  sinks: "list",
  clock: "object",
  logger: "object",
};

/**
 * The options of a workspace, known by name and of their kind, with its policies read and checked: what is wrong is refused before anything is opened.
 * Errors: `argument/invalid`, `definition/invalid` for a malformed policy.
 */
export async function soundOptions(where: unknown): Promise<WorkspaceOptions> {
  if (typeof where === "string") return await soundOptions({ path: where });
  const call = "openWorkspace()";
  if (typeof where !== "object" || where === null)
    throw new SluiceError("argument/invalid", {
      found: `${foundText(where)} as the argument of ${call}`,
      expected: "the path of a folder, or an object of options",
      fix: 'Pass a path as in openWorkspace(".sluice").',
    });
  requireOptions(call, where, names);
  for (const [name, kind] of Object.entries(kinds)) optionalArgument(call, name, Reflect.get(where, name), kind);
  const options: WorkspaceOptions = where;
  if (options.policy === undefined && options.policies === undefined) return options;
  const { soundPolicies } = await import("./registry/policy/sound-policy.ts");
  return soundPolicies(options);
}
