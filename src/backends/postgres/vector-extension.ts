import { isSluiceError, SluiceError } from "../../core/errors.ts";
import type { RunStatement } from "./online-session.ts";

const findExtension =
  "select quote_ident(n.nspname) as name from pg_extension e join pg_namespace n on n.oid = e.extnamespace where e.extname = 'vector'";

/** The schema, quoted, in which pgvector is installed in the database. */
export async function vectorExtension(run: RunStatement): Promise<string | undefined> {
  const { rows } = await run(findExtension);
  const name: unknown = rows[0] === undefined ? undefined : Reflect.get(rows[0], "name");
  return typeof name === "string" ? name : undefined;
}

/** Installs pgvector in the database, which takes a role that may. Errors: `optional-dependency/missing`, which says how to get it. */
export async function createVectorExtension(run: RunStatement): Promise<void> {
  try {
    await run("create extension if not exists vector");
  } catch (error) {
    const cause = isSluiceError(error) ? (error.cause ?? error) : error;
    const state: unknown = cause instanceof Error ? Reflect.get(cause, "code") : undefined;
    if (state === "23505" || state === "42710") return; // another session installed it just now
    if (state !== "0A000" && state !== "58P01" && state !== "42501") throw error;
    throw new SluiceError("optional-dependency/missing", {
      found: `a database without the extension "vector" (${cause instanceof Error ? cause.message : ""})`,
      expected: "pgvector 0.5 or newer",
      fix:
        state === "42501"
          ? 'Have a role that may run it once in this database: "create extension vector".'
          : "Install it on the server (Debian: apt-get install postgresql-<version>-pgvector), or use memoryVectors() or usearch().",
      cause,
    });
  }
}
