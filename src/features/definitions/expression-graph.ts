import { canonicalJson, type JsonValue } from "../../core/canonical-json.ts";
import type { ColumnType } from "../../core/cell-type.ts";
import type { ExpressionNode } from "../../contracts/expression.ts";

/**
 * Named expressions as JSON for a digest: every distinct node once, its operands by place, in an order that does not depend on that of
 * the names. Written out as trees, expressions that share parts would grow without bound.
 */
export function expressionGraph(expressions: { readonly [name: string]: ExpressionNode }): JsonValue {
  const nodes: JsonValue[] = [];
  const seen = new Map<ExpressionNode, number>();
  const places = new Map<string, number>();
  const visit = (node: ExpressionNode): number => {
    const known = seen.get(node);
    if (known !== undefined) return known;
    const json = "args" in node ? { ...operationAsJson(node), args: node.args.map(visit) } : { ...node };
    const key = canonicalJson(json);
    const place = places.get(key) ?? nodes.push(json) - 1;
    places.set(key, place);
    seen.set(node, place);
    return place;
  };
  const features: { [name: string]: number } = {};
  for (const name of Object.keys(expressions).sort()) {
    const node = expressions[name];
    if (node !== undefined) features[name] = visit(node);
  }
  return { nodes, features };
}

function operationAsJson({ op, pure }: Extract<ExpressionNode, { readonly args: unknown }>): {
  readonly [key: string]: JsonValue;
} {
  if (pure === undefined) return { op };
  const { version, source, takes, gives } = pure;
  return { op, version, source, takes: takes.map(typeAsJson), gives: typeAsJson(gives) };
}

function typeAsJson({ tag, nullable }: ColumnType): JsonValue {
  return { tag, nullable };
}
