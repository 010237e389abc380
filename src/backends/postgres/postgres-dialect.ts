import { type Dialect, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from "kysely";
import { type Session, sessionDriver } from "../sql/session-driver.ts";

/** A Kysely dialect for Postgres on one session. Destroying it touches no pool. */
export function postgresDialect(session: Session): Dialect {
  return {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => sessionDriver(session),
    createIntrospector: (sql) => new PostgresIntrospector(sql),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  };
}
