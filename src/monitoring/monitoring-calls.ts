import type { WorkOptions } from "../core/progress.ts";
import {
  optionalArgument,
  refusedArgument,
  requireArgument,
  requireMade,
  requireWithin,
  type ValueKind,
} from "../core/known-arguments.ts";
import { type OptionNames, requireOptions, requireParts } from "../core/known-options.ts";
import type { ArmOptions, MonitoringStageOptions } from "./stage-options.ts";

/** What each call takes as its options. */
interface CallOptions {
  readonly acknowledge: { readonly actor: string; readonly comment: string };
  readonly arm: ArmOptions;
  readonly disarm: { readonly actor: string; readonly reason: string };
  readonly evaluate: WorkOptions & { readonly untilMs?: number };
  readonly resolve: { readonly actor: string; readonly comment: string };
}

const said = { actor: "required", comment: "required" } as const;

/** The options of each call; types see to it that none is left out. */
const names: { readonly [C in keyof CallOptions]: OptionNames<CallOptions[C]> } = {
  acknowledge: said,
  arm: { reference: "optional", fromMs: "optional", actor: "optional" },
  disarm: { actor: "required", reason: "required" },
  evaluate: { signal: "optional", onProgress: "optional", untilMs: "optional" },
  resolve: said,
};

const profileMade = {
  what: "a reference profile",
  by: "profileOf() makes it",
  members: { schema: "number", columns: "object" },
} as const;

/** Refuses options that a call of the stage does not have, or without those that it needs. Errors: `argument/invalid`. */
export function requireMonitoringCall(call: keyof CallOptions, options: unknown): void {
  const name = `monitoring.${call}()`;
  requireOptions(name, options, names[call]);
  const given: { readonly [option: string]: unknown } = Object(options);
  optionalArgument(name, "actor", given["actor"], "text");
  optionalArgument(name, "reason", given["reason"], "text");
  optionalArgument(name, "signal", given["signal"], "signal");
  optionalArgument(name, "onProgress", given["onProgress"], "function");
  const { comment, reference } = given;
  if (comment !== undefined && typeof comment !== "string") throw refusedArgument(name, "comment", comment, "a text");
  if (reference !== undefined) requireMade(name, reference, profileMade);
  const anyInstant = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const;
  optionalArgument(name, "fromMs", given["fromMs"], "number");
  if (given["untilMs"] !== undefined) requireWithin(name, "untilMs", given["untilMs"], anyInstant);
}

/** Refuses what is no id of a monitor or an alert. Errors: `argument/invalid`. */
export function requireId(call: keyof CallOptions | "alerts" | "windows", what: string, id: unknown): void {
  requireArgument(`monitoring.${call}()`, what, id, "text");
}

const parts: OptionNames<MonitoringStageOptions> = {
  metadata: "required",
  blobs: "required",
  ledger: "required",
  predictions: "required",
  pipelines: "required",
  skew: "optional",
  sinks: "required",
  clock: "required",
  ids: "required",
  events: "required",
  logger: "required",
};

const kinds: { readonly [part: string]: ValueKind } = { sinks: "list", ids: "function" };

/** Refuses what a stage, or (`needed` parts alone) a part of it, cannot be wired from. Errors: `argument/invalid`. */
export function requireMonitoringParts(
  call: string,
  given: unknown,
  needed: readonly (keyof MonitoringStageOptions)[] = Object.keys(parts) as readonly (keyof MonitoringStageOptions)[],
): void {
  requireParts(call, given, Object.fromEntries(needed.map((name) => [name, parts[name]])));
  for (const name of needed) optionalArgument(call, name, Reflect.get(Object(given), name), kinds[name] ?? "object");
}
