import { SluiceError } from "../../core/errors.ts";
import { isOwnAlias } from "../versions/aliases.ts";
import { aliasOf, isAliasTarget, type TransitionTarget } from "../versions/transition-target.ts";
import { versionSubject } from "../versions/version-key.ts";
import type { GatheredEvidence } from "./gather-evidence.ts";
import { requireTransition } from "./transitions.ts";

/**
 * Throws `registry/invalid-transition` for what can be neither approved nor explained: a way between stages that there is not, or no alias of the
 * host's own. `rollback` allows the way back from "archived".
 */
export function requireTarget(
  { subject, confirms }: GatheredEvidence,
  target: TransitionTarget,
  rollback: boolean,
): void {
  const { version } = subject;
  if (isAliasTarget(target)) requireOwnAlias(aliasOf(target));
  else if (!confirms) requireTransition(versionSubject(version), version.stage, target, rollback);
}

/** Throws `registry/invalid-transition` for what is no alias of the host's own. */
export function requireOwnAlias(alias: string | undefined): asserts alias is string {
  if (isOwnAlias(alias)) return;
  throw new SluiceError("registry/invalid-transition", {
    found: `the alias ${JSON.stringify(alias)}`,
    expected:
      "letters, digits, dots, dashes and underscores after a letter; not champion, challenger, latest, or a number as in v3",
    fix: "Choose such a name; the registry moves its own aliases itself.",
  });
}
