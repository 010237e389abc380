import type { ExpressionNode } from "../../contracts/expression.ts";
import type { OnDemandPlan } from "../store/service-plan.ts";

/** The features and request fields that one feature of an on-demand view is computed from. */
export function featureInputs({ view }: OnDemandPlan, feature: string): ReadonlySet<string> {
  const names = new Set<string>();
  const seen = new Set<ExpressionNode>();
  const visit = (node: ExpressionNode): void => {
    if (seen.has(node)) return;
    seen.add(node);
    if ("args" in node) node.args.forEach(visit);
    else if ("name" in node) names.add(node.name);
  };
  const node = view.body.kind === "onDemand" ? view.body.expressions[feature] : undefined;
  if (node !== undefined) visit(node);
  return names;
}

/** The features of on-demand views that are computed from some features, directly or not. */
export function featuresFrom(names: readonly string[], views: readonly OnDemandPlan[]): readonly string[] {
  const reached = new Set(names);
  const found: string[] = [];
  for (const view of views) {
    for (const feature of Object.keys(view.view.features)) {
      const inputs = featureInputs(view, feature);
      if (![...inputs].some((name) => reached.has(name))) continue;
      reached.add(`${view.view.name}.${feature}`);
      found.push(`${view.view.name}.${feature}`);
    }
  }
  return found;
}
