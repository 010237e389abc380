import { SluiceError } from "../../core/errors.ts";
import type { ExpressionNode } from "../../contracts/expression.ts";
import type { Kind, Operation } from "./operations/operation.ts";
import { operations } from "./operations/operations.ts";
import { pureOperation } from "./pure-operation.ts";

/** One step of a program: it fills the register of its place, whose operands are earlier registers. */
export type Step =
  | { readonly kind: "input"; readonly input: number }
  | { readonly kind: "constant"; readonly value: number | string }
  | { readonly kind: "operation"; readonly operation: Operation; readonly operands: readonly number[] };

/** Expressions as straight-line steps: every distinct expression once, operands before what uses them. */
export interface Program {
  /** The inputs' names, in the order in which their cells are passed. */
  readonly inputs: readonly string[];
  readonly steps: readonly Step[];
  /** The outputs' names and registers, in order. */
  readonly outputs: readonly { readonly name: string; readonly register: number }[];
  /** Whether each register holds texts. */
  readonly texts: readonly boolean[];
}

/** Flattens named expressions. `isText` tells which inputs are texts, `isList` which are lists. Throws `definition/invalid` for an unknown operation or operands that it does not take. */
export function programOf(
  expressions: { readonly [name: string]: ExpressionNode },
  isText: (input: string) => boolean,
  isList: (input: string) => boolean = () => false,
): Program {
  const builder = new ProgramBuilder((input) => (isText(input) ? "text" : isList(input) ? "list" : "number"));
  const outputs = Object.entries(expressions).map(([name, node]) => ({ name, register: builder.registerOf(node) }));
  const { inputs, steps, kinds } = builder;
  return { inputs, steps, outputs, texts: kinds.map((kind) => kind === "text") };
}

class ProgramBuilder {
  readonly inputs: string[] = [];
  readonly steps: Step[] = [];
  readonly kinds: Kind[] = [];
  readonly #kindOf: (input: string) => Kind;
  readonly #nodes = new Map<ExpressionNode, number>();
  /** Registers by what they hold, so that an expression written twice is computed once. */
  readonly #known = new Map<string, number>();

  constructor(kindOf: (input: string) => Kind) {
    this.#kindOf = kindOf;
  }

  registerOf(node: ExpressionNode): number {
    const seen = this.#nodes.get(node);
    if (seen !== undefined) return seen;
    const register = this.#flatten(node);
    this.#nodes.set(node, register);
    return register;
  }

  #flatten(node: ExpressionNode): number {
    if ("name" in node) {
      return this.#emit(`input ${node.name}`, this.#kindOf(node.name), () => ({
        kind: "input",
        input: this.inputs.push(node.name) - 1,
      }));
    }
    if ("value" in node) {
      const value = typeof node.value === "boolean" ? Number(node.value) : node.value;
      const kind = typeof value === "string" ? "text" : "number";
      return this.#emit(`${kind} ${value}`, kind, () => ({ kind: "constant", value }));
    }
    const operands = node.args.map((each) => this.registerOf(each));
    if (node.pure === undefined && !Object.hasOwn(operations, node.op)) throw unknownOperation(node.op);
    const operation = node.pure === undefined ? operations[node.op] : pureOperation(node.pure);
    if (operation === undefined) throw unknownOperation(node.op);
    const kind = resultKind(
      node.op,
      operation,
      operands.map((each) => this.kinds[each] ?? "number"),
    );
    // Two pure functions are never taken for one: their text does not say what they close over.
    const key = node.pure === undefined ? `${node.op} ${operands.join()}` : `pure ${this.steps.length}`;
    return this.#emit(key, kind, () => ({ kind: "operation", operation, operands }));
  }

  #emit(key: string, kind: Kind, make: () => Step): number {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const register = this.steps.push(make()) - 1;
    this.kinds.push(kind);
    this.#known.set(key, register);
    return register;
  }
}

/** What an operation gives for operands of some kinds; throws where it does not take them. */
function resultKind(op: string, { takes, rest, gives }: Operation, kinds: readonly Kind[]): Kind {
  let same: Kind | undefined;
  const fits = kinds.every((kind, i) => {
    const taken = takes[i] ?? rest;
    if (taken !== "same") return taken === kind;
    same ??= kind;
    return same === kind;
  });
  if (!fits || kinds.length < takes.length) {
    throw new SluiceError("definition/invalid", {
      found: `the operation "${op}" on (${kinds.join(", ")})`,
      expected: `(${[...takes, ...(rest === undefined ? [] : [`… ${rest}`])].join(", ")})`,
      fix: "Build expressions with the methods of the inputs.",
    });
  }
  return gives === "same" ? (same ?? "number") : gives;
}

function unknownOperation(op: string): SluiceError {
  return new SluiceError("definition/invalid", {
    found: `the operation "${op}"`,
    expected: `one of ${Object.keys(operations).join(", ")}`,
    fix: "Build expressions with the methods of the inputs.",
  });
}
