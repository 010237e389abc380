import { SluiceError } from "../../core/errors.ts";
import type { RegistryOptions } from "../registry-options.ts";
import { setAlias } from "../versions/aliases.ts";
import { amendStanding } from "../versions/amend-standing.ts";
import { requireRequest, type TransitionRequest } from "../versions/transition-request.ts";
import { aliasSubject } from "../versions/transition-target.ts";
import { requireModelName } from "../versions/version-key.ts";
import { requireOwnAlias } from "./require-target.ts";

/** Takes an alias of the host's own away: it only makes loading by it fail. Errors: `registry/not-found`, `registry/invalid-transition`, `argument/invalid`. */
export async function removeAlias(
  options: RegistryOptions,
  model: string,
  alias: string,
  request: TransitionRequest,
): Promise<void> {
  requireModelName(model);
  requireOwnAlias(alias);
  const subject = aliasSubject(model, alias);
  requireRequest(subject, request);
  const { actor, reason } = request;
  await amendStanding(options, model, ({ aliases = [] }) => {
    const held = aliases.find((one) => one.alias === alias);
    if (held === undefined)
      throw new SluiceError("registry/not-found", {
        found: `no alias ${subject}`,
        expected: "one to remove",
        fix: `aliases("${model}") lists them.`,
      });
    return {
      remarks: { aliases: aliases.filter((one) => one.alias !== alias) },
      event: { kind: "alias.removed", subject, actor, body: { version: held.version, reason } },
      write: async (tx) => await setAlias(tx, model, alias, undefined),
    };
  });
}
