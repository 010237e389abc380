import { type Dialect, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from "kysely";
import { type Session, sessionDriver } from "../sql/session-driver.ts";

/** One for all handles: statements that were compiled for one of them fit every other. */
const adapter = new PostgresAdapter();

/** A Kysely dialect for Postgres on one session. Destroying it touches no pool. */
export function postgresDialect(session: Session): Dialect {
  return {
    createAdapter: () => adapter,
    createDriver: () => sessionDriver(session),
    createIntrospector: (sql) => new PostgresIntrospector(sql),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  };
}
