import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describeServer } from "./describe-server.ts";
import { type PostgresServer, startPostgres } from "./start-postgres.ts";

const python = fileURLToPath(new URL("../../.servers/bin/python", import.meta.url));
const howToInstall =
  "Postgres with pgvector is not installed; install it with: python3 -m venv .servers && .servers/bin/pip install -r test/support/pgvector-server.requirements.txt";

/** The folder of the programs of the Postgres that the Python package pgserver carries, which has pgvector; undefined where there is none. */
function pgvectorPrograms(): string | undefined {
  if (!existsSync(python)) return undefined;
  const find =
    "import importlib.util as u; s = u.find_spec('pgserver'); print(s.submodule_search_locations[0] if s else '')";
  const folder = execFileSync(python, ["-c", find]).toString().trim();
  return folder === "" ? undefined : `${folder}/pginstall/bin`;
}

/** Declares tests that need a Postgres server with pgvector; see {@link describeServer}. */
export function describePgvector(name: string, body: (server: () => PostgresServer) => void): void {
  const programs = pgvectorPrograms();
  const start = programs === undefined ? undefined : () => startPostgres(programs, { icu: false });
  describeServer(name, { start, howToInstall }, body);
}
