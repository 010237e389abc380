import type { Digest } from "../../core/digest.ts";
import { digestOfJson } from "../../core/digest.ts";
import { SluiceError } from "../../core/errors.ts";
import { requireArgument, requireMade } from "../../core/known-arguments.ts";
import type { StepDefinition, StepInputs } from "./step.ts";

/** A pipeline: steps in an order in which each comes after those it needs. Made by {@link pipeline}. */
export interface PipelineDefinition {
  readonly kind: "pipeline";
  readonly name: string;
  readonly steps: readonly StepDefinition[];
  /** Digest of the names and needs of the steps: what a started run may be resumed with. */
  readonly digest: Digest;
}

const stepMade = {
  what: "a step",
  by: "step() makes it",
  members: { name: "text", needs: "list", retries: "number", backoffMs: "number", run: "function" },
} as const;

/** A step of any inputs, as `pipeline` takes it. */
export type AnyStep = StepDefinition<string, never>;

/**
 * Defines a pipeline. The steps may come in any order.
 *
 * Errors: `pipeline/cycle`, which names the steps; `definition/invalid` for no step, a doubled name or an unknown need.
 *
 * @example
 * ```ts
 * import { pipeline, step } from "sluice/training";
 * const load = step({ name: "load", run: () => [1, 2, 3] });
 * const sum = step({ name: "sum", needs: [load], run: (_context, { load }) => load.reduce((a, b) => a + b, 0) });
 * if (pipeline("totals", [sum, load]).steps[0]?.name !== "load") throw new Error("load comes first");
 * ```
 */
export function pipeline(name: string, steps: readonly AnyStep[]): PipelineDefinition {
  if (typeof name !== "string") requireArgument("pipeline()", "name", name, "text", "definition/invalid");
  requireArgument("pipeline()", "steps", steps, "list", "definition/invalid");
  for (let i = 0; i < steps.length; i++) requireMade("pipeline()", steps[i], stepMade, "definition/invalid");
  const byName = new Map<string, StepDefinition>();
  for (const each of steps) {
    if (byName.has(each.name)) throw invalid(name, `two steps named "${each.name}"`, "every step under its own name");
    byName.set(each.name, each);
  }
  if (name === "" || name.includes("\0") || !name.isWellFormed() || steps.length === 0) {
    throw invalid(name, `${steps.length} steps under that name`, "a name and at least one step");
  }
  for (const { name: from, needs } of steps) {
    const unknown = needs.find((need) => !byName.has(need));
    if (unknown !== undefined) {
      throw invalid(name, `the step "${from}" needing "${unknown}"`, `one of ${[...byName.keys()].join(", ")}`);
    }
  }
  const ordered = inOrder(name, byName);
  const shape = ordered.map((each) => ({ name: each.name, needs: each.needs.toSorted() }));
  return { kind: "pipeline", name, steps: ordered, digest: digestOfJson({ name, steps: shape }) };
}

function inOrder(
  pipelineName: string,
  steps: ReadonlyMap<string, StepDefinition<string, StepInputs>>,
): StepDefinition[] {
  const ordered: StepDefinition[] = [];
  const done = new Set<string>();
  const visit = (name: string, path: readonly string[]): void => {
    if (done.has(name)) return;
    if (path.includes(name)) throw cycle(pipelineName, [...path.slice(path.indexOf(name)), name]);
    const current = steps.get(name);
    if (current === undefined) return;
    for (const need of current.needs.toSorted()) visit(need, [...path, name]);
    done.add(name);
    ordered.push(current);
  };
  for (const name of [...steps.keys()].sort()) visit(name, []);
  return ordered;
}

function cycle(name: string, path: readonly string[]): SluiceError {
  return new SluiceError("pipeline/cycle", {
    found: `the steps ${path.join(" → ")} of the pipeline "${name}" each needing the next`,
    expected: "steps that can be put in an order",
    fix: "Take one of these needs out.",
  });
}

function invalid(name: string, found: string, expected: string): SluiceError {
  return new SluiceError("definition/invalid", {
    found: `${found} in the pipeline ${JSON.stringify(name)}`,
    expected,
    fix: "Correct the pipeline's definition.",
  });
}
