import type { Compilable, CompiledQuery, Kysely } from "kysely";
import type { MetadataTransaction } from "../contracts/metadata-store.ts";

/** A statement that was compiled once for an engine. */
interface Compiled {
  readonly query: CompiledQuery;
  /** Where each parameter comes from: one of the call's values, or a constant of the statement. */
  readonly parameters: readonly (Placeholder | { readonly constant: unknown })[];
}

/** Stands for a value while the statement is compiled. */
class Placeholder {
  readonly at: number;

  constructor(at: number) {
    this.at = at;
  }
}

/** Builds a statement from stand-ins for its values: it hands them on to Kysely and looks at none of them; whatever else decides how it reads belongs in another one. */
type Build<DB, V extends readonly SqlScalar[], R> = (sql: Kysely<DB>, ...values: V) => Compilable<R>;

type SqlScalar = string | number | null;

/**
 * A statement that is built and compiled at its first use on an engine, and only executed after that: building and compiling take longer than SQLite takes
 * to answer. A handle with Kysely plugins, which may rewrite it, has it built anew each time.
 */
export function compiledStatement<DB, V extends readonly SqlScalar[], R>(
  build: Build<DB, V, R>,
): (sql: Kysely<DB>, ...values: V) => Promise<readonly R[]> {
  const query = compiledQuery(build);
  return async (sql, ...values) => (await sql.executeQuery<R>(query(sql, ...values))).rows;
}

/** A {@link compiledStatement} that is read once named locks are taken. */
export function compiledLockedRead<DB, V extends readonly SqlScalar[], R>(
  build: Build<DB, V, R>,
): (tx: MetadataTransaction, locks: readonly string[], ...values: V) => Promise<readonly R[]> {
  const query = compiledQuery(build);
  return async (tx, locks, ...values) =>
    await tx.lockAndRead<R>(locks, query(tx.sql as Kysely<unknown> as Kysely<DB>, ...values));
}

/** A {@link compiledStatement} that waits for nothing: the transaction puts it off. */
export function compiledWrite<DB, V extends readonly SqlScalar[], R>(
  build: Build<DB, V, R>,
): (tx: MetadataTransaction, ...values: V) => Promise<void> {
  const query = compiledQuery(build);
  // The tables are types alone: what is built reads none of them off the handle.
  return async (tx, ...values) => await tx.later(query(tx.sql as Kysely<unknown> as Kysely<DB>, ...values));
}

function compiledQuery<DB, V extends readonly SqlScalar[], R>(
  build: Build<DB, V, R>,
): (sql: Kysely<DB>, ...values: V) => CompiledQuery {
  const byEngine = new WeakMap<object, Compiled>();
  return (sql, ...values) => {
    const { adapter, plugins } = sql.getExecutor();
    if (plugins.length > 0) return build(sql, ...values).compile();
    let compiled = byEngine.get(adapter);
    if (compiled === undefined) {
      compiled = compile(build, sql, values.length);
      byEngine.set(adapter, compiled);
    }
    const parameters = compiled.parameters.map((one) => (one instanceof Placeholder ? values[one.at] : one.constant));
    return { ...compiled.query, parameters };
  };
}

function compile<DB, V extends readonly SqlScalar[]>(
  build: Build<DB, V, unknown>,
  sql: Kysely<DB>,
  length: number,
): Compiled {
  const placeholders: readonly unknown[] = Array.from({ length }, (_, at) => new Placeholder(at));
  const query = build(sql, ...(placeholders as V)).compile();
  return {
    query,
    parameters: query.parameters.map((one) => (one instanceof Placeholder ? one : { constant: one })),
  };
}
