import type { ColumnType, ColumnTypes } from "../../core/cell-type.ts";
import type { Expression, ExpressionNode } from "../../contracts/expression.ts";
import type {
  DefinitionAbout,
  InputKeys,
  Inputs,
  NamedExpressions,
  NoColumns,
  RequestOf,
  ViewDefinition,
  ViewInput,
} from "../../contracts/feature-definition.ts";
import { cellKind } from "../kernel/cells.ts";
import { requireOptions } from "../../core/known-options.ts";
import { inputExpression } from "../kernel/expressions/expression-of.ts";
import { aboutNames, aboutOf } from "./definition-about.ts";
import { buildExpressions } from "./build-expressions.ts";
import { definitionError, requireName } from "./definition-error.ts";
import { mergeTypes } from "./merge-types.ts";
import { onDemandViewHash } from "./view-hash.ts";

/** The entity keys of inputs, without the index signature that would let any name in. */
export type KeysOfInputs<I extends readonly ViewInput[]> =
  InputKeys<I> extends infer K extends ColumnTypes ? K : NoColumns;

/** What an on-demand view is made of. */
export interface OnDemandOptions<I extends readonly ViewInput[], O extends NamedExpressions> extends DefinitionAbout {
  /** The views and request fields it takes. */
  readonly inputs: I;
  /** Builds the features' expressions; called once, when the view is defined. */
  readonly features: (inputs: Inputs<I>) => O;
}

/**
 * Defines features computed from other views and from the request, by expressions that training and serving run as one
 * compiled kernel.
 *
 * Errors: `definition/invalid` naming the view: no feature, an unusable name, two inputs of one name, a feature type that
 * cannot be computed (64-bit integers, JSON, lists).
 *
 * @example
 * ```ts
 * import { featureService, onDemand, request, t } from "sluice/features";
 * const when = onDemand("when", {
 *   inputs: [request({ date: t.instant, distance: t.float64 })],
 *   features: ({ date, distance }) => ({ hour: date.hour(), far: distance.log1p() }),
 * });
 * if (featureService("delay", [when]).features.length !== 2) throw new Error("two features expected");
 * ```
 */
export function onDemand<const N extends string, const I extends readonly ViewInput[], O extends NamedExpressions>(
  name: N,
  options: OnDemandOptions<I, O>,
): ViewDefinition<N, KeysOfInputs<I>, { readonly [K in keyof O & string]: O[K]["type"] }, RequestOf<I>> {
  const label = `on-demand view "${name}"`;
  requireName(label, name);
  requireOptions(label, options, optionNames, "definition/invalid");
  requireInputs(label, options.inputs);
  const views = options.inputs.filter((input) => input.kind === "view");
  const request = mergeTypes(label, [
    ...options.inputs.flatMap((input) => (input.kind === "request" ? [input.fields] : [])),
    ...views.map((view) => view.request),
  ]);
  const keys = mergeTypes(
    label,
    views.map((view) => view.keys),
  );
  const inputs = inputExpressions(label, options.inputs) as Inputs<I>;
  const expressions = buildExpressions(label, options.features, inputs);
  const features: { [name: string]: ColumnType } = {};
  const nodes: { [name: string]: ExpressionNode } = {};
  for (const [feature, expression] of Object.entries(expressions)) {
    requireFeature(label, feature, expression);
    features[feature] = expression.type;
    nodes[feature] = expression.node;
  }
  if (Object.keys(nodes).length === 0)
    throw definitionError(label, "no feature", "at least one", "Return an expression by name.");
  return {
    kind: "view",
    name,
    hash: onDemandViewHash(views, request, nodes),
    keys: keys as KeysOfInputs<I>,
    features: features as { readonly [K in keyof O & string]: O[K]["type"] },
    request: request as RequestOf<I>,
    body: { kind: "onDemand", inputs: views, expressions: nodes },
    ...aboutOf(label, options),
  };
}

const optionNames = { inputs: "required", features: "required", ...aboutNames } as const;

/** What the types promise, a plain-JavaScript caller may not have passed. */
function requireInputs(label: string, inputs: readonly ViewInput[]): void {
  const fix = "Pass [view, request({ … })].";
  if (!Array.isArray(inputs)) throw definitionError(label, "inputs that are no list", "a list", fix);
  for (const [i, input] of inputs.entries()) {
    if (input?.kind === "view" || input?.kind === "request") continue;
    throw definitionError(label, `input ${i}, which is ${describedInput(input)}`, "a view or request fields", fix);
  }
}

function describedInput(input: { readonly kind?: unknown } | undefined | null): string {
  if (typeof input !== "object" || input === null) return `a value of type ${typeof input}`;
  return input.kind === undefined ? "no definition" : `a definition of kind ${String(input.kind)}`;
}

function requireFeature(label: string, name: string, expression: Expression): void {
  requireName(label, name);
  if (expression === undefined || typeof expression !== "object" || !("node" in expression)) {
    throw definitionError(
      label,
      `the feature "${name}" without an expression`,
      "an expression of the inputs",
      "Check the input's name.",
    );
  }
  if (expression.type.tag === "json" || !["number", "text"].includes(cellKind(expression.type.tag))) {
    throw definitionError(
      label,
      `the feature "${name}" of type ${expression.type.tag}`,
      "a number, boolean, text or instant",
      "Use int32 or float64.",
    );
  }
}

function inputExpressions(label: string, inputs: readonly ViewInput[]): { readonly [name: string]: unknown } {
  const named: { [name: string]: unknown } = {};
  const add = (name: string, value: unknown): void => {
    if (Object.hasOwn(named, name))
      throw definitionError(label, `the input "${name}" twice`, "each name once", "Rename one of the inputs.");
    named[name] = value;
  };
  for (const input of inputs) {
    if (input.kind === "request") {
      for (const [field, type] of Object.entries(input.fields)) add(field, inputExpression(field, type));
    } else {
      const features: { [name: string]: unknown } = {};
      for (const [feature, type] of Object.entries(input.features))
        features[feature] = inputExpression(`${input.name}.${feature}`, type);
      add(
        input.name,
        known(label, features, (name) => `the feature "${name}", which view "${input.name}" lacks`),
      );
    }
  }
  return known(label, named, (name) => `the input "${name}"`);
}

/** The members that there are; another one, which would be `undefined`, is an error that names it. */
function known<M extends { readonly [name: string]: unknown }>(
  label: string,
  members: M,
  found: (name: string) => string,
): M {
  return new Proxy(members, {
    get: (target, name) => {
      if (typeof name !== "string" || name in target) return Reflect.get(target, name);
      const expected = Object.keys(target).join(", ") || "none: there are no inputs";
      throw definitionError(label, found(name), expected, "Check the name.");
    },
  });
}
