import type { PipelineRequest } from "../contracts/pipeline-starter.ts";
import {
  optionalArgument,
  refusedArgument,
  requireArgument,
  requireMade,
  type ValueKind,
} from "../core/known-arguments.ts";
import { type OptionNames, requireOptions, requireParts } from "../core/known-options.ts";
import type { WorkOptions } from "../core/progress.ts";
import type { RunOptions } from "./tracking/run-options.ts";

/** What each call takes as its options. */
interface CallOptions {
  readonly resume: WorkOptions;
  readonly run: RunOptions;
  readonly start: WorkOptions;
  readonly wait: WorkOptions;
}

const work = { signal: "optional", onProgress: "optional" } as const;

/** The options of each call; types see to it that none is left out. */
const names: { readonly [C in keyof CallOptions]: OptionNames<CallOptions[C]> } = {
  resume: work,
  run: {
    params: "optional",
    data: "optional",
    requireValidated: "optional",
    actor: "optional",
    seed: "optional",
    signal: "optional",
  },
  start: work,
  wait: work,
};

const callName: { readonly [C in keyof CallOptions]: string } = {
  resume: "pipelines.resume()",
  run: "experiments.run()",
  start: "pipelines.start()",
  wait: "pipelines.wait()",
};

const dataMade = {
  what: "a training set",
  by: "ws.features.training() gives it",
  members: { digest: "text", rows: "number", service: "object", sources: "list" },
} as const;

/** Refuses options that a call does not have, or not of their kind. Errors: `argument/invalid`. */
export function requireTrainingCall(call: keyof CallOptions, options: unknown): void {
  const name = callName[call];
  requireOptions(name, options, names[call]);
  const given: { readonly [option: string]: unknown } = Object(options);
  optionalArgument(name, "signal", given["signal"], "signal");
  optionalArgument(name, "onProgress", given["onProgress"], "function");
  optionalArgument(name, "requireValidated", given["requireValidated"], "boolean");
  optionalArgument(name, "params", given["params"], "object");
  if (given["data"] !== undefined) requireMade(name, given["data"], dataMade);
  const { seed } = given;
  if (seed !== undefined && typeof seed !== "string" && !Number.isFinite(seed))
    throw refusedArgument(name, "seed", seed, "a text, or a finite number");
}

/** Refuses what is no id or name of a call. Errors: `argument/invalid`. */
export function requireName(call: string, what: string, name: unknown): void {
  requireArgument(call, what, name, "text");
}

const requestNames: OptionNames<PipelineRequest> = {
  pipeline: "required",
  dedupeKey: "required",
  cause: "required",
  actor: "optional",
};

/** Refuses what is no request of a pipeline. Errors: `argument/invalid`. */
export function requirePipelineRequest(request: unknown): void {
  requireOptions("pipelines.start()", request, requestNames);
  const given: Partial<PipelineRequest> = Object(request);
  requireName("pipelines.start()", "pipeline", given.pipeline);
  requireName("pipelines.start()", "dedupeKey", given.dedupeKey);
}

const pipelineMade = {
  what: "a pipeline",
  by: "pipeline() defines it",
  members: { name: "text", steps: "list", digest: "text" },
} as const;

/** Refuses what `pipeline()` has not made. Errors: `argument/invalid`. */
export function requirePipeline(call: string, definition: unknown): void {
  requireMade(call, definition, pipelineMade);
}

/** Refuses what a tracker or a runner cannot be wired from. Errors: `argument/invalid`. */
export function requireTrainingParts(
  call: string,
  given: unknown,
  parts: { readonly [name: string]: readonly [need: "optional" | "required", kind: ValueKind] },
): void {
  requireParts(call, given, Object.fromEntries(Object.entries(parts).map(([name, [need]]) => [name, need])));
  for (const [name, [, kind]] of Object.entries(parts))
    optionalArgument(call, name, Reflect.get(Object(given), name), kind);
}

/** What trackers and runners are both wired from. */
export const sharedParts: {
  readonly [name: string]: readonly [need: "optional" | "required", kind: ValueKind];
} = {
  metadata: ["required", "object"],
  ledger: ["required", "object"],
  clock: ["required", "object"],
  ids: ["required", "function"],
  events: ["required", "object"],
  actor: ["optional", "text"],
  identity: ["optional", "object"],
};
