import { SluiceError } from "../core/errors.ts";
import { foundText } from "../core/found-text.ts";
import { type OptionNames, requireOptions } from "../core/known-options.ts";
import type { WorkOptions } from "../core/progress.ts";

/** The options of work that can be stopped and that tells how far it is. */
export const workNames: OptionNames<WorkOptions> = { signal: "optional", onProgress: "optional" };

/** Refuses what is no workspace, or other options of a call than it has. Errors: `argument/invalid`. */
export function requireWorkspace(
  call: string,
  ws: unknown,
  options: unknown,
  names: { readonly [name: string]: "optional" | "required" } = workNames,
): void {
  const audit: unknown = typeof ws === "object" && ws !== null ? Reflect.get(ws, "audit") : undefined;
  const has = (typeof audit === "object" || typeof audit === "function") && audit !== null && "search" in audit;
  if (!has)
    throw new SluiceError("argument/invalid", {
      found: `${foundText(ws)} as the workspace of ${call}`,
      expected: "a workspace, as openWorkspace() opens it",
      fix: "Pass the workspace first.",
    });
  requireOptions(call, options, names);
}
