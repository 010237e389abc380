import {
  type CompiledQuery,
  type OperationNode,
  PostgresQueryCompiler,
  type RootOperationNode,
  WithSchemaPlugin,
} from "kysely";
import { isOrderDirection } from "./order-direction.ts";

/** Selects made of these alone can do nothing but read, and name every table: no functions, no raw SQL, no locks, no writing `with`. */
const refused: ReadonlySet<string> = new Set([
  "RawNode",
  "FunctionNode",
  "AggregateFunctionNode",
  "SelectModifierNode",
  "InsertQueryNode",
  "UpdateQueryNode",
  "DeleteQueryNode",
  "MergeQueryNode",
]);

/**
 * Finds the text of a select that needs no transaction around it, with its tables named by schema: one way to the server and back instead of three. Others
 * (raw SQL, functions) give `undefined`: they read in a read-only transaction with the schema as search path.
 */
export function singleSelects(schema: string | undefined): (query: CompiledQuery) => string | undefined {
  const known = new WeakMap<RootOperationNode, string | null>();
  const plugin = schema === undefined ? undefined : new WithSchemaPlugin(schema);
  const textOf = (query: CompiledQuery): string | null => {
    if (query.query.kind !== "SelectQueryNode" || !plainlyReads(query.query)) return null;
    if (plugin === undefined) return query.sql;
    const node = plugin.transformQuery({ node: query.query, queryId: query.queryId });
    return new PostgresQueryCompiler().compileQuery(node, query.queryId).sql;
  };
  return (query) => {
    let text = known.get(query.query);
    if (text === undefined) {
      text = textOf(query);
      known.set(query.query, text);
    }
    return text ?? undefined;
  };
}

function plainlyReads(node: OperationNode): boolean {
  return isOrderDirection(node) || (!refused.has(node.kind) && Object.values(node).every(memberReads));
}

function memberReads(member: unknown): boolean {
  if (Array.isArray(member)) return member.every(memberReads);
  return !isNode(member) || plainlyReads(member);
}

function isNode(value: unknown): value is OperationNode {
  return typeof value === "object" && value !== null && "kind" in value;
}
