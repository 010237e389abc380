import type { ColumnTypes } from "../../src/core/cell-type.ts";
import type { ExpressionNode } from "../../src/contracts/expression.ts";
import { featureStatus } from "../../src/contracts/feature-reader.ts";
import type { ViewDefinition } from "../../src/contracts/feature-definition.ts";
import { type ComputableCells, makeCells } from "../../src/features/kernel/cells.ts";
import { outputCells, outputTags } from "../../src/features/kernel/computable-cells.ts";
import { compileProgram } from "../../src/features/kernel/compile-program.ts";
import { interpretProgram } from "../../src/features/kernel/interpret-program.ts";
import { makeKernel } from "../../src/features/kernel/kernel.ts";
import { programOf } from "../../src/features/kernel/program.ts";

/** A value of a request field: null, or `undefined` for what is missing. */
export type Given = number | string | boolean | null | undefined;

/** What a view's expressions give for one request: values, null, or "missing" and "expired". Throws where the interpreter differs. */
export function evaluateView(
  view: ViewDefinition,
  values: { readonly [name: string]: Given },
): { [name: string]: unknown } {
  if (view.body.kind !== "onDemand") throw new Error("an on-demand view expected");
  const compiled = run(view.body.expressions, view.features, view.request, values, compileProgram);
  const interpreted = run(view.body.expressions, view.features, view.request, values, interpretProgram);
  for (const [name, value] of Object.entries(compiled)) {
    if (!Object.is(value, interpreted[name])) throw new Error(`${name} is ${value}, interpreted ${interpreted[name]}`);
  }
  return compiled;
}

function run(
  expressions: { readonly [name: string]: ExpressionNode },
  features: ColumnTypes,
  request: ColumnTypes,
  values: { readonly [name: string]: Given },
  make: typeof compileProgram,
): { [name: string]: unknown } {
  const program = programOf(expressions, (name) => request[name]?.tag === "utf8");
  const inputs = program.inputs.map((name) => {
    const value = values[name];
    const cells = makeCells(request[name]?.tag === "utf8" ? "utf8" : "f64", 1);
    cells.statuses[0] =
      value === undefined ? featureStatus.missing : featureStatus[value === null ? "null" : "present"];
    cells.values[0] = cells.kind === "text" ? String(value ?? "") : Number(value ?? Number.NaN);
    return cells;
  });
  const outputs = outputCells(outputTags(features), 1);
  make(program, makeKernel())(1, inputs, outputs);
  return Object.fromEntries(Object.entries(features).map(([name, type], i) => [name, shown(type.tag, outputs[i])]));
}

function shown(tag: string, cells: ComputableCells | undefined): unknown {
  const value = cells?.values[0];
  if (cells?.statuses[0] === featureStatus.present) return tag === "bool" ? value === 1 : value;
  return cells?.statuses[0] === featureStatus.null
    ? null
    : cells?.statuses[0] === featureStatus.missing
      ? "missing"
      : "expired";
}
