import type { NamedExpressions } from "../../contracts/feature-definition.ts";
import { closeName } from "../../core/close-name.ts";
import { SluiceError } from "../../core/errors.ts";
import { makeExpression } from "../kernel/expressions/expression-of.ts";
import { namingDefinition } from "./naming-definition.ts";

/** Operations under names that other libraries have for them. */
const otherNames: { readonly [name: string]: string } = {
  times: "mul",
  multiply: "mul",
  plus: "add",
  minus: "sub",
  subtract: "sub",
  divide: "div",
  mod: "rem",
  power: "pow",
  greaterThan: "gt",
  lessThan: "lt",
  equals: "eq",
  ifNull: "orElse",
  fillna: "orElse",
};

/** The expressions that the function of an on-demand view returns. Errors: `definition/invalid` naming the view, also for what the function cannot do with its inputs. */
export function buildExpressions<I>(
  label: string,
  features: (inputs: I) => NamedExpressions,
  inputs: I,
): NamedExpressions {
  return namingDefinition(label, () => {
    const expressions = called(features, inputs);
    if (typeof expressions === "object" && expressions !== null && !("then" in expressions)) return expressions;
    throw new SluiceError("definition/invalid", {
      found: `a function that returns ${typeof expressions === "object" && expressions !== null ? "a promise" : String(expressions)}`,
      expected: "an object with an expression for each feature",
      fix: "Return { name: expression, … }, at once.",
    });
  });
}

function called<I>(features: (inputs: I) => NamedExpressions, inputs: I): NamedExpressions {
  try {
    return features(inputs);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const method = /\.(\w+) is not a function/.exec(error.message)?.[1];
    throw new SluiceError("definition/invalid", {
      found: `a function that fails: ${error.message}`,
      expected: "methods that the inputs have, with operands of their types",
      fix:
        (method === undefined ? undefined : meant(method)) ?? "The guide has a table of them: Features, Expressions.",
      cause: error,
    });
  }
}

function meant(method: string): string | undefined {
  const node = { op: "input", name: "x" } as const;
  const kinds = [makeExpression.number, makeExpression.text, makeExpression.instant, makeExpression.boolean];
  const known = kinds.flatMap((kind) => Object.keys(kind(node, false)));
  const close = (Object.hasOwn(otherNames, method) ? otherNames[method] : undefined) ?? closeName(method, known);
  return close === undefined ? undefined : `Did you mean .${close}(…)?`;
}
