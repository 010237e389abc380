import type { Stage } from "../../contracts/model-version.ts";
import { requireArgument } from "../../core/known-arguments.ts";

/** An alias of the host's own as a target, as in `alias:eu`. */
export type AliasTarget = `alias:${string}`;

/** What is approved and explained: a stage, or an alias. */
export type TransitionTarget = Stage | AliasTarget;

/** A stage's or an alias' name as approvals have it. */
export function targetOf(to: Stage, alias: string | undefined): TransitionTarget {
  return alias === undefined ? to : `alias:${alias}`;
}

/** An alias of the host's own as a target. Errors: `argument/invalid` for what is no text. */
export function aliasTarget(alias: string): AliasTarget {
  if (typeof alias !== "string") requireArgument("the registry", "an alias", alias, "text");
  return `alias:${alias}`;
}

/** Whether a target is an alias. */
export function isAliasTarget(target: TransitionTarget): target is AliasTarget {
  return typeof target === "string" && target.startsWith("alias:");
}

/** The alias that a target names; `undefined` for a stage. */
export function aliasOf(target: TransitionTarget): string | undefined {
  return isAliasTarget(target) ? target.slice("alias:".length) : undefined;
}

/** How audit names an alias: `delay@eu`. */
export function aliasSubject(model: string, alias: string): string {
  return `${model}@${alias}`;
}
