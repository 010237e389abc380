/** What the store needs of a host's pool: `pg.Pool` has this shape. */
export interface PostgresPool {
  /** Lends a connection of the pool. */
  connect(): Promise<PostgresClient>;
  /** Where the pool is an event emitter (pg's is): told of each new connection, before anybody can have it. */
  on?(event: "connect", listener: (client: PostgresClient) => void): unknown;
}

/** A connection that the pool has lent. */
export interface PostgresClient {
  /**
   * Runs a statement with `$1`-style parameters; without values the text may hold several statements: then what comes back may, as pg's does, be a list of
   * their results, or the last one.
   */
  query(text: string, values?: unknown[]): Promise<PostgresResult>;
  /** Gives the connection back; with true or an error the pool closes it instead of lending it again. */
  release(destroy?: boolean | Error): void;
  /** Where the client is an event emitter (pg's is): told of a connection that is lost, which would otherwise end the process. */
  on?(event: "error", listener: (error: Error) => void): unknown;
  /** Stops {@link PostgresClient.on}. */
  off?(event: "error", listener: (error: Error) => void): unknown;
}

/** A statement's result. */
export interface PostgresResult {
  readonly rows: readonly object[];
  /** Rows affected or returned; null for statements that count none. */
  readonly rowCount: number | null;
  /** The result's columns with the object ids of their types. */
  readonly fields: readonly { readonly name: string; readonly dataTypeID: number }[];
}

const guarded = new WeakSet<PostgresPool>();

/**
 * Keeps a connection that is lost just as the pool gives it out from ending the process: pg's pool takes its own listener off before the promise of
 * `connect()` is settled, so that nobody listens while the rest of what the server sent with its welcome is read. Who borrows the connection is told by its
 * first statement.
 */
export function guardNewConnections(pool: PostgresPool): void {
  if (guarded.has(pool)) return;
  guarded.add(pool);
  pool.on?.("connect", (client) => {
    client.on?.("error", () => undefined);
  });
}
