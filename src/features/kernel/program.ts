import { SluiceError } from "../../core/errors.ts";
import type { ExpressionNode } from "../../contracts/expression.ts";
import { operations } from "./operations.ts";

/** One step of a program: it fills register `index`, whose operands are earlier registers. */
export type Step =
  | { readonly kind: "input"; readonly input: number; readonly text: boolean }
  | { readonly kind: "constant"; readonly value: number | string }
  | { readonly kind: "operation"; readonly op: string; readonly a: number; readonly b: number }
  | { readonly kind: "textEq" | "orElse" | "isNull"; readonly a: number; readonly b: number };

/** Expressions as straight-line steps: every node once, operands before what uses them. */
export interface Program {
  /** The inputs' names, in the order in which their cells are passed. */
  readonly inputs: readonly string[];
  readonly steps: readonly Step[];
  /** The outputs' names and registers, in order. */
  readonly outputs: readonly { readonly name: string; readonly register: number }[];
  /** Whether each register holds texts. */
  readonly texts: readonly boolean[];
}

/** Flattens named expressions. `isText` tells which inputs are texts. Throws `definition/invalid` for an unknown operation. */
export function programOf(
  expressions: { readonly [name: string]: ExpressionNode },
  isText: (input: string) => boolean,
): Program {
  const inputs: string[] = [];
  const steps: Step[] = [];
  const texts: boolean[] = [];
  const known = new Map<ExpressionNode, number>();
  const emit = (step: Step, text: boolean): number => {
    steps.push(step);
    texts.push(text);
    return steps.length - 1;
  };
  const inputOf = (name: string): number => {
    const at = inputs.indexOf(name);
    return at >= 0 ? at : inputs.push(name) - 1;
  };
  const visit = (node: ExpressionNode): number => {
    const seen = known.get(node);
    if (seen !== undefined) return seen;
    const register = flatten(node);
    known.set(node, register);
    return register;
  };
  const flatten = (node: ExpressionNode): number => {
    if ("name" in node)
      return emit({ kind: "input", input: inputOf(node.name), text: isText(node.name) }, isText(node.name));
    if ("value" in node) {
      return emit(
        { kind: "constant", value: typeof node.value === "boolean" ? Number(node.value) : node.value },
        typeof node.value === "string",
      );
    }
    const [a = 0, b = 0] = node.args.map(visit);
    return emit(stepOf(node.op, a, b), node.op === "textOrElse");
  };
  const outputs = Object.entries(expressions).map(([name, node]) => ({ name, register: visit(node) }));
  return { inputs, steps, outputs, texts };
}

function stepOf(op: string, a: number, b: number): Step {
  if (op === "textEq" || op === "isNull" || op === "orElse") return { kind: op, a, b };
  if (op === "textOrElse") return { kind: "orElse", a, b };
  if (Object.hasOwn(operations, op)) return { kind: "operation", op, a, b };
  throw new SluiceError("definition/invalid", {
    found: `the operation "${op}"`,
    expected: `one of ${Object.keys(operations).join(", ")}`,
    fix: "Build expressions with the methods of the inputs.",
  });
}
