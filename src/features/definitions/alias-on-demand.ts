import type { ExpressionNode } from "../../contracts/expression.ts";
import type { OnDemandBody, ViewDefinition } from "../../contracts/feature-definition.ts";

/**
 * An on-demand view read by other keys: the same expressions over aliases of the views that it takes, each named after the alias and the view
 * (`origin_weather`). Request fields stay what they are.
 */
export function aliasedBody(
  name: string,
  { inputs, expressions }: OnDemandBody,
  aliasOf: (name: string, view: ViewDefinition) => ViewDefinition,
): OnDemandBody {
  const names = new Map(inputs.map((view) => [view.name, `${name}_${view.name}`]));
  const renamed = renaming(names);
  return {
    kind: "onDemand",
    inputs: inputs.map((view) => aliasOf(names.get(view.name) ?? name, view)),
    expressions: Object.fromEntries(
      Object.entries(expressions).map(([feature, expression]) => [feature, renamed(expression)]),
    ),
  };
}

/** Expressions share parts: each part is made anew once. */
function renaming(names: ReadonlyMap<string, string>): (node: ExpressionNode) => ExpressionNode {
  const done = new Map<ExpressionNode, ExpressionNode>();
  const renamed = (node: ExpressionNode): ExpressionNode => {
    const known = done.get(node);
    if (known !== undefined) return known;
    const made = renamedNode(node);
    done.set(node, made);
    return made;
  };
  const renamedNode = (node: ExpressionNode): ExpressionNode => {
    if ("args" in node) return { ...node, args: node.args.map(renamed) };
    if (!("name" in node)) return node;
    const [view = "", feature] = node.name.split(".");
    const other = feature === undefined ? undefined : names.get(view);
    return other === undefined ? node : { ...node, name: `${other}.${feature}` };
  };
  return renamed;
}
