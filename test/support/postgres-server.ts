import { describeServer } from "./describe-server.ts";
import { installedPostgres, type PostgresServer, startPostgres } from "./start-postgres.ts";

const howToInstall = "Postgres is not installed; install it with: apt-get install postgresql";

/** Declares tests that need a Postgres server; see {@link describeServer}. */
export function describePostgres(name: string, body: (server: () => PostgresServer) => void): void {
  const programs = installedPostgres();
  const start = programs === null ? undefined : () => startPostgres(programs);
  describeServer(name, { start, howToInstall }, body);
}
