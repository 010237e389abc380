import { type OperationNode, RawNode } from "kysely";

/** Whether a node is the `asc` or `desc` of an order: Kysely keeps these words as raw SQL. */
export function isOrderDirection(node: OperationNode): boolean {
  if (!RawNode.is(node) || node.parameters.length > 0) return false;
  const [word, ...more] = node.sqlFragments;
  return more.length === 0 && (word === "asc" || word === "desc");
}
