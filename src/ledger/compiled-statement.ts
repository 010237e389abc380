import type { Compilable, CompiledQuery, Kysely } from "kysely";

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

/**
 * A statement that is built and compiled at its first use on an engine, and only executed after that: building and compiling take longer than SQLite takes
 * to answer. `build` is called with stand-ins for the values: it hands them on to Kysely and looks at none of them; whatever else decides how the statement
 * reads belongs in another one. A handle with Kysely plugins, which may rewrite it, has it built anew each time.
 */
export function compiledStatement<DB, V extends readonly (string | number | null)[], R>(
  build: (sql: Kysely<DB>, ...values: V) => Compilable<R>,
): (sql: Kysely<DB>, ...values: V) => Promise<readonly R[]> {
  const byEngine = new WeakMap<object, Compiled>();
  return async (sql, ...values) => {
    const { adapter, plugins } = sql.getExecutor();
    if (plugins.length > 0) return (await sql.executeQuery<R>(build(sql, ...values))).rows;
    let compiled = byEngine.get(adapter);
    if (compiled === undefined) {
      compiled = compile(build, sql, values.length);
      byEngine.set(adapter, compiled);
    }
    const parameters = compiled.parameters.map((one) => (one instanceof Placeholder ? values[one.at] : one.constant));
    return (await sql.executeQuery<R>({ ...compiled.query, parameters })).rows;
  };
}

function compile<DB, V extends readonly (string | number | null)[]>(
  build: (sql: Kysely<DB>, ...values: V) => Compilable,
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
