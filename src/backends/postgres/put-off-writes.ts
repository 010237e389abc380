import type { CompiledQuery, OperationNode, RootOperationNode } from "kysely";
import { isOrderDirection } from "./order-direction.ts";
import { checkValues, type SqlValue } from "../sql/check-values.ts";
import { parameter, withLiterals } from "./sql-literal.ts";

/** Writes of a transaction that wait to be sent together. */
export interface PutOffWrites {
  /** Takes a write; sends those that it must come after. Throws `metadata/invalid-value`. */
  add(query: CompiledQuery): Promise<void>;
  /** Whether any waits. */
  any(): boolean;
  /** Sends those that wait. */
  flush(): Promise<void>;
  /** Takes those that wait, as one text with its values in it; `undefined` where none waits, or they are too large to be read in a text. */
  take(): string | undefined;
}

interface Waiting {
  readonly text: string;
  readonly values: readonly SqlValue[];
}

/** A statement may have 65,535 values. */
const mostValues = 30_000;

/**
 * Makes {@link PutOffWrites}. They go as the members of one `with`, which all see the tables as they were before it: so a write to a table, or of what is
 * read from one, that another waits to write sends that one first. `send` runs one statement.
 */
export function putOffWrites(send: (text: string, values: readonly SqlValue[]) => Promise<void>): PutOffWrites {
  let waiting: Waiting[] = [];
  let count = 0;
  const written = new Set<string>();
  const takeAll = (): { readonly text: string | undefined; readonly values: readonly SqlValue[] } => {
    const taken = { text: together(waiting.map((one) => one.text)), values: waiting.flatMap((one) => one.values) };
    waiting = [];
    count = 0;
    written.clear();
    return taken;
  };
  const flush = async (): Promise<void> => {
    const { text, values } = takeAll();
    if (text !== undefined) await send(text, values);
  };
  return {
    add: async (query) => {
      const values = checkValues(query.parameters);
      const { tables, target } = placeOf(query);
      if (target === undefined || tables.some((table) => written.has(table)) || count + values.length > mostValues)
        await flush();
      if (target === undefined) return await send(query.sql, values);
      waiting.push({ text: query.sql, values });
      count += values.length;
      written.add(target);
    },
    any: () => waiting.length > 0,
    flush,
    take: () => {
      const length = waiting.flatMap((one) => one.values).reduce<number>((sum, value) => sum + lengthOf(value), 0);
      if (waiting.length === 0 || length > longestText) return undefined;
      const { text, values } = takeAll();
      return text === undefined ? undefined : withLiterals(text, values);
    },
  };
}

/** What a text may hold of values, in UTF-16 units: much longer ones go faster as parameters. */
const longestText = 65_536;

function lengthOf(value: SqlValue): number {
  if (value instanceof Uint8Array) return 2 * value.byteLength;
  return typeof value === "string" ? value.length : 1;
}

/** Statements as one, their values numbered on. */
function together(texts: readonly string[]): string | undefined {
  let before = 0;
  const numbered = texts.map((text) => {
    const offset = before;
    return text.replaceAll(parameter, (_, number: string) => {
      before = Math.max(before, offset + Number(number));
      return `$${offset + Number(number)}`;
    });
  });
  const last = numbered.pop();
  if (last === undefined || numbered.length === 0) return last;
  return `with ${numbered.map((text, at) => `later_${at} as (${text})`).join(", ")} ${last}`;
}

interface Place {
  /** Every table that it names. */
  readonly tables: readonly string[];
  /** The one it writes; `undefined` where it must be sent alone. */
  readonly target: string | undefined;
}

const places = new WeakMap<RootOperationNode, Place>();

function placeOf(query: CompiledQuery): Place {
  const known = places.get(query.query);
  if (known !== undefined) return known;
  const tables: string[] = [];
  const plain = plainlyWrites(query.query, tables) && numbersInOrder(query);
  const target = plain ? targetOf(query.query) : undefined;
  const place = { tables, target };
  places.set(query.query, place);
  return place;
}

function targetOf(node: RootOperationNode): string | undefined {
  if (node.kind === "InsertQueryNode") return node.into === undefined ? undefined : tableName(node.into);
  if (node.kind === "UpdateQueryNode") return node.table === undefined ? undefined : tableName(node.table);
  return undefined;
}

function tableName(node: OperationNode): string | undefined {
  if (node.kind !== "TableNode" || !("table" in node)) return undefined;
  const { table } = node as OperationNode & { readonly table: { readonly identifier: { readonly name: string } } };
  return table.identifier.name;
}

/** Whether all that it does is to be seen in its nodes: no raw SQL; and none of what may stand only at the top of a statement. Collects its tables. */
function plainlyWrites(node: OperationNode, tables: string[]): boolean {
  if (isOrderDirection(node)) return true;
  if (node.kind === "RawNode" || node.kind === "WithNode") return false;
  const name = tableName(node);
  if (name !== undefined) tables.push(name);
  return Object.values(node).every((member) => memberWrites(member, tables));
}

function memberWrites(member: unknown, tables: string[]): boolean {
  if (Array.isArray(member)) return member.every((one) => memberWrites(one, tables));
  return !isNode(member) || plainlyWrites(member, tables);
}

function isNode(value: unknown): value is OperationNode {
  return typeof value === "object" && value !== null && "kind" in value;
}

/** Every `$n` of the text is a parameter, each once and in order: none is part of a name. */
function numbersInOrder({ sql, parameters }: CompiledQuery): boolean {
  const found = [...sql.matchAll(parameter)].map(([, number]) => Number(number));
  return found.length === parameters.length && found.every((number, at) => number === at + 1);
}
