import type { Starter } from "../../contracts/starter.ts";
import type { JsonValue } from "../../core/canonical-json.ts";
import { SluiceError } from "../../core/errors.ts";
import { optionalArgument, requireArgument } from "../../core/known-arguments.ts";
import { type OptionNames, requireOptions } from "../../core/known-options.ts";
import type { Progress } from "../../core/progress.ts";

/** What a step knows about where it runs. */
export interface StepContext {
  readonly pipeline: string;
  readonly runId: string;
  readonly step: string;
  /** From 1; grows with every start of the step, also after a crash. */
  readonly attempt: number;
  /**
   * The same for every attempt of this step in this run. A step runs at least once and its outcome is recorded once: give this key to
   * whatever must not happen twice.
   */
  readonly idempotencyKey: string;
  /** Why the pipeline was started. */
  readonly cause: JsonValue;
  /** Who started it, as far as is known: they count as makers of what its steps train and register. */
  readonly startedBy: readonly Starter[];
  /** Aborted when the run is stopped or another step has failed for good. */
  readonly signal: AbortSignal;
  /** Tells whoever watches the run how far the step has come. */
  progress(progress: Progress): void;
}

/** The outputs of the steps that a step needs, by name. */
export type StepInputs = { readonly [step: string]: JsonValue };

/** A step of a pipeline. Made by {@link step}. */
export interface StepDefinition<out N extends string = string, In = StepInputs, out O extends JsonValue = JsonValue> {
  readonly name: N;
  /** The steps whose outputs it takes. */
  readonly needs: readonly string[];
  /** How often it is tried again after a failure. */
  readonly retries: number;
  /** The first pause before a retry; each further one is twice as long, up to a minute. */
  readonly backoffMs: number;
  /** What its result depends on beside its inputs; `undefined` = never cached. */
  readonly cacheKey: string | undefined;
  /** Does the work. */
  run(context: StepContext, inputs: In): Promise<O> | O;
}

/** A step that is needed: the step itself, which types its output, or its name. */
export type StepNeed = StepDefinition<string, never> | string;

/** The inputs of a step by what it needs. */
export type InputsOf<Needs extends readonly StepNeed[]> = {
  readonly [S in Needs[number] as S extends string
    ? S
    : S extends { readonly name: infer N extends string }
      ? N
      : never]: S extends StepDefinition<string, never, infer O> ? O : JsonValue;
};

/** What a step is made of. */
export interface StepOptions<N extends string, Needs extends readonly StepNeed[], O extends JsonValue> {
  /** Unique in its pipeline. */
  readonly name: N;
  /** @default none */
  readonly needs?: Needs;
  /** A whole number from 0 to 100. @default 0 */
  readonly retries?: number;
  /** Milliseconds. @default 1000 */
  readonly backoffMs?: number;
  /**
   * Set it to let an earlier output for equal inputs stand: names the version of the code and whatever else the result depends on. A cached
   * step may use nothing but its inputs. @default never cached
   */
  readonly cacheKey?: string;
  /** Does the work; the output is JSON of moderate size: put data into a store and return its digest. */
  run(context: StepContext, inputs: InputsOf<Needs>): Promise<O> | O;
}

const optionNames: OptionNames<StepOptions<string, readonly StepNeed[], JsonValue>> = {
  name: "required",
  needs: "optional",
  retries: "optional",
  backoffMs: "optional",
  cacheKey: "optional",
  run: "required",
};

const defaultBackoffMs = 1000;

/**
 * Defines a step of a pipeline. Errors: `definition/invalid` for an empty name, a bad number of retries, or an option that is none.
 *
 * @example
 * ```ts
 * import { step } from "sluice/training";
 * const load = step({ name: "load", run: () => ({ rows: 3 }) });
 * const double = step({ name: "double", needs: [load], retries: 2, run: (_context, { load }) => load.rows * 2 });
 * if (double.needs[0] !== "load") throw new Error("load is needed");
 * ```
 */
export function step<
  const N extends string,
  const Needs extends readonly StepNeed[] = readonly [],
  O extends JsonValue = JsonValue,
>(options: StepOptions<N, Needs, O>): StepDefinition<N, InputsOf<Needs>, O> {
  requireOptions("step()", options, optionNames, "definition/invalid");
  const { name, retries = 0, backoffMs = defaultBackoffMs, needs = [], cacheKey } = options;
  requireArgument("step()", "name", name, "text", "definition/invalid");
  requireArgument("step()", "run", options.run, "function", "definition/invalid");
  requireArgument("step()", "retries", retries, "number", "definition/invalid");
  requireArgument("step()", "backoffMs", backoffMs, "number", "definition/invalid");
  optionalArgument("step()", "cacheKey", cacheKey, "text", "definition/invalid");
  requireArgument("step()", "needs", needs, "list", "definition/invalid");
  const needed = Array.from(needs, (need: StepNeed) => (typeof need === "string" ? need : need?.name));
  for (const need of needed) requireArgument("step()", "a step that is needed", need, "text", "definition/invalid");
  const named = name !== "" && name.length <= 250 && !name.includes("\0") && name.isWellFormed();
  const bounded =
    Number.isInteger(retries) && retries >= 0 && retries <= 100 && backoffMs >= 0 && Number.isFinite(backoffMs);
  if (!named || !bounded) {
    throw new SluiceError("definition/invalid", {
      found: `the step ${JSON.stringify(name)} with ${retries} retries ${backoffMs} ms apart`,
      expected: "a name of 1 to 250 characters without NUL, 0 to 100 retries, and a pause from 0 on",
      fix: "Correct the step's options.",
    });
  }
  return {
    name,
    needs: needed,
    retries,
    backoffMs,
    cacheKey,
    run: async (context, inputs) => await options.run(context, inputs),
  };
}
