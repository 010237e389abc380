import {
  type CreateTableNode,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from "kysely";
import { SluiceError } from "../../core/errors.ts";

/** What a connection of the driver does; the driver itself only hands it out. */
export interface SqliteSession extends DatabaseConnection {
  begin(): Promise<void>;
  commit(): Promise<void>;
  rollback(): Promise<void>;
  /** Called when Kysely gives the session back; it must not run anything afterwards. */
  end(): void;
}

/** A Kysely dialect for SQLite whose sessions the store makes itself, with tables that check the types of their values (STRICT). */
export function sqliteDialect(acquire: () => Promise<SqliteSession>): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => driver(acquire),
    createIntrospector: (sql) => new SqliteIntrospector(sql),
    createQueryCompiler: () => new StrictTables(),
  };
}

class StrictTables extends SqliteQueryCompiler {
  protected override visitCreateTable(node: CreateTableNode): void {
    super.visitCreateTable(node);
    if (node.selectQuery === undefined) this.append(" strict");
  }
}

function driver(acquire: () => Promise<SqliteSession>): Driver {
  const sessions = new WeakMap<DatabaseConnection, SqliteSession>();
  const sessionOf = (connection: DatabaseConnection): SqliteSession => {
    const session = sessions.get(connection);
    if (session !== undefined) return session;
    throw new SluiceError("metadata/failed", {
      found: "a connection that this driver did not make",
      expected: "one of its own",
      fix: "Use the handles of the metadata store.",
    });
  };
  return {
    init: async () => undefined,
    acquireConnection: async () => {
      const session = await acquire();
      sessions.set(session, session);
      return session;
    },
    beginTransaction: async (connection) => sessionOf(connection).begin(),
    commitTransaction: async (connection) => sessionOf(connection).commit(),
    rollbackTransaction: async (connection) => sessionOf(connection).rollback(),
    releaseConnection: async (connection) => sessionOf(connection).end(),
    destroy: async () => undefined,
  };
}
