import {
  optionalArgument,
  refusedArgument,
  requireArgument,
  requireMade,
  requireWithin,
} from "../core/known-arguments.ts";
import { type OptionNames, requireOptions, requireParts } from "../core/known-options.ts";
import type { Outcome } from "../contracts/prediction-log.ts";
import type {
  CanaryRouterOptions,
  PredictManyOptions,
  PredictOptions,
  RouterParts,
  RouterSettings,
  StageRouterOptions,
} from "./router/router-options.ts";

/** What each call takes as its options. */
interface CallOptions {
  readonly abort: { readonly actor: string; readonly reason: string };
  readonly outcome: { readonly timeMs?: number };
  readonly predict: PredictOptions;
  readonly predictMany: PredictManyOptions;
  readonly startRollout: { readonly actor?: string };
}

const asked = { atMs: "optional", signal: "optional" } as const;

/** The options of each call; types see to it that none is left out. */
const names: { readonly [C in keyof CallOptions]: OptionNames<CallOptions[C]> } = {
  abort: { actor: "required", reason: "required" },
  outcome: { timeMs: "optional" },
  predict: asked,
  predictMany: asked,
  startRollout: { actor: "optional" },
};

const settings: OptionNames<RouterSettings<unknown>> = {
  unit: "required",
  salt: "optional",
  plan: "optional",
  timeoutMs: "optional",
  maxBatch: "optional",
  shadowQueueRows: "optional",
  refreshEveryMs: "optional",
  elapsedMs: "optional",
};

const stageSettings: OptionNames<StageRouterOptions<unknown>> = { ...settings, runtime: "optional" };

const parts: OptionNames<RouterParts> = {
  source: "required",
  features: "required",
  runtimes: "required",
  log: "required",
  metadata: "required",
  ledger: "required",
  signer: "required",
  verifier: "required",
  clock: "required",
  ids: "required",
  events: "required",
  logger: "optional",
};

const modelMade = {
  what: "a model's definition",
  by: "model() makes it",
  members: {
    name: "text",
    request: "object",
    features: "object",
    vector: "list",
    outputs: "list",
    featureInput: "function",
    toOutput: "function",
  },
} as const;

/** Refuses options that a call of a router does not have, or without those that it needs. Errors: `argument/invalid`. */
export function requireRouterCall(call: keyof CallOptions, options: unknown): void {
  requireOptions(`router.${call}()`, options, names[call]);
}

/** As {@link requireRouterCall}, for `predict`: an instant that is none would fail the others of its batch. Errors: `argument/invalid`. */
export function requireAsked(options: PredictOptions): void {
  requireRouterCall("predict", options);
  optionalArgument("router.predict()", "atMs", options.atMs, "number");
  optionalArgument("router.predict()", "signal", options.signal, "signal");
}

/** Refuses what are no requests of a batch. Errors: `argument/invalid`. */
export function requireBatch(requests: unknown, options: unknown): void {
  const call = "router.predictMany()";
  requireArgument(call, "requests", requests, "list");
  requireRouterCall("predictMany", options);
  const { atMs, signal }: PredictManyOptions = Object(options);
  optionalArgument(call, "signal", signal, "signal");
  const { length }: { readonly length: number } = Object(requests);
  if (atMs !== undefined && !(atMs instanceof Float64Array && atMs.length === length))
    throw refusedArgument(call, "atMs", atMs, `a Float64Array with an instant for each of the ${length} requests`);
}

const outcomeMade = {
  what: "an outcome",
  by: "{ predictionId, timeMs, values }",
  members: { predictionId: "text", timeMs: "number", values: "object" },
} as const;

/** Refuses what are no outcomes, before any is stored. Errors: `argument/invalid`. */
export function requireOutcomes(call: string, outcomes: unknown): void {
  requireArgument(call, "outcomes", outcomes, "list");
  if (!Array.isArray(outcomes)) return;
  for (let i = 0; i < outcomes.length; i++) {
    const outcome: Partial<Outcome> | null | undefined = outcomes[i];
    const { predictionId, timeMs, values } = outcome ?? {};
    const isMade = typeof predictionId === "string" && Number.isFinite(timeMs) && typeof values === "object";
    if (!isMade || values === null) requireMade(call, outcome, outcomeMade);
    for (const name in values) {
      const value = values[name];
      if (value !== undefined && typeof value !== "boolean" && !Number.isFinite(value))
        throw refusedArgument(
          call,
          `values.${name}`,
          value,
          "a finite number or a boolean; leave out what is not known",
        );
    }
  }
}

const periodNames = { fromMs: "required", toMs: "required" } as const;

/** Refuses what is no period of time; its ends may be infinite. Errors: `argument/invalid`. */
export function requirePeriod(call: string, period: unknown): void {
  requireOptions(call, period, periodNames);
  const ends: { readonly fromMs?: unknown; readonly toMs?: unknown } = Object(period);
  for (const end of ["fromMs", "toMs"] as const) requireWithin(call, end, ends[end], everywhere);
}

const everywhere = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const;

/** Refuses what a router cannot be made of. Errors: `argument/invalid`. */
export function requireRouter(options: unknown): void {
  const call = "new CanaryRouter(options)";
  requireParts(call, options, { ...parts, ...settings, model: "required" } satisfies OptionNames<
    CanaryRouterOptions<unknown, unknown>
  >);
  const given: Partial<CanaryRouterOptions<unknown, unknown>> = Object(options);
  requireMade(call, given.model, modelMade);
  requirePartKinds(call, given, stageParts);
  requireSettings(call, given);
}

/** Refuses what a stage's router cannot be made of. Errors: `argument/invalid`. */
export function requireStageRouter(model: unknown, options: unknown): void {
  const call = "serving.router()";
  requireMade(call, model, modelMade);
  requireOptions(call, options, stageSettings);
  const { runtime, ...given }: Partial<StageRouterOptions<unknown>> = Object(options);
  optionalArgument(call, "runtime", runtime, "object");
  requireSettings(call, given);
}

function requireSettings(call: string, given: Partial<RouterSettings<unknown>>): void {
  requireArgument(call, "unit", given.unit, "function");
  optionalArgument(call, "salt", given.salt, "text");
  optionalArgument(call, "plan", given.plan, "object");
  optionalArgument(call, "elapsedMs", given.elapsedMs, "function");
  const most = Number.MAX_SAFE_INTEGER;
  const bounds: readonly (readonly [keyof RouterSettings<unknown>, readonly [number, number]])[] = [
    ["timeoutMs", [Number.MIN_VALUE, most]],
    ["maxBatch", [1, most]],
    ["shadowQueueRows", [0, most]],
    ["refreshEveryMs", [0, Number.POSITIVE_INFINITY]],
  ];
  for (const [name, bound] of bounds) if (given[name] !== undefined) requireWithin(call, name, given[name], bound);
}

/** What a stage of serving, and what reads its rollouts, cannot be made without. Errors: `argument/invalid`. */
export function requireServingParts(
  call: string,
  given: unknown,
  needed: readonly (keyof RouterParts | "blobs")[],
): void {
  requireParts(call, given, Object.fromEntries(needed.map((name) => [name, "required" as const])));
  requirePartKinds(call, given, needed);
}

function requirePartKinds(call: string, given: unknown, needed: readonly (keyof RouterParts | "blobs")[]): void {
  for (const name of needed) {
    const kind = name === "ids" ? "function" : name === "runtimes" ? "list" : "object";
    requireArgument(call, name, Reflect.get(Object(given), name), kind);
  }
}

/** What a stage of serving is made of. */
export const stageParts: readonly (keyof RouterParts)[] = [
  "source",
  "features",
  "runtimes",
  "log",
  "metadata",
  "ledger",
  "signer",
  "verifier",
  "clock",
  "ids",
  "events",
];
