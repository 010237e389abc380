import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import pg from "pg";
import { freePort } from "./free-port.ts";

/** A throw-away Postgres server of this test file, on a free loopback port. */
export interface PostgresServer {
  readonly url: string;
  /** Sends a signal to the server and all its processes: `SIGSTOP`, `SIGCONT`. */
  signal(name: NodeJS.Signals): void;
  /** Ends all its processes without notice. */
  kill(): Promise<void>;
  /** Starts it again after {@link PostgresServer.kill}, on the same port and files. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const debianFolder = "/usr/lib/postgresql";

/** The folder of the newest installed server's programs (Debian's layout); null where there is none. */
export function installedPostgres(): string | null {
  if (!existsSync(debianFolder)) return null;
  const versions = readdirSync(debianFolder).sort((a, b) => Number(b) - Number(a));
  const found = versions
    .map((version) => join(debianFolder, version, "bin"))
    .find((folder) => existsSync(join(folder, "initdb")));
  return found ?? null;
}

/** Starts a server by the programs of a folder, with the collations of ICU unless these were built without. */
export async function startPostgres(programs: string, { icu = true } = {}): Promise<PostgresServer> {
  const owner = serverOwner();
  const folder = mkdtempSync(join(tmpdir(), "sluice-postgres-"));
  chownSync(folder, owner.uid, owner.gid);
  const run = { ...owner, cwd: folder, stdio: "pipe" as const };
  const init = ["-D", folder, "-U", "sluice", "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8"];
  execFileSync(join(programs, "initdb"), [...init, ...(icu ? foreignCollation(programs) : [])], run);
  const port = await freePort();
  const settings = {
    listen_addresses: "127.0.0.1",
    port,
    unix_socket_directories: "",
    fsync: "off",
    max_connections: 60,
  };
  const args = Object.entries(settings).flatMap(([key, value]) => ["-c", `${key}=${value}`]);
  const url = `postgres://sluice@127.0.0.1:${port}/postgres`;
  const start = async (): Promise<ChildProcess> => {
    const server = spawn(join(programs, "postgres"), ["-D", folder, ...args], {
      ...owner,
      cwd: folder,
      stdio: ["ignore", "ignore", "pipe"],
    });
    let said = "";
    server.stderr?.on("data", (text: Buffer) => {
      said += text.toString();
    });
    await untilReady(url, server, () => said);
    return server;
  };
  let server = await start();
  return {
    url,
    signal: (name) => {
      for (const pid of processesOf(server)) signalled(pid, name);
    },
    kill: async () => {
      const ended = once(server, "exit");
      for (const pid of processesOf(server)) signalled(pid, "SIGKILL");
      await ended;
    },
    restart: async () => {
      server = await start();
    },
    stop: async () => {
      await untilAlone(url);
      const ended = once(server, "exit");
      server.kill("SIGINT");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Sends a signal to a process that may have ended since it was seen. */
function signalled(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

/** The server's process and those that it started, one a connection among them. */
function processesOf(server: ChildProcess): readonly number[] {
  const own = server.pid;
  if (own === undefined) throw new Error("the server is not running");
  const children = execFileSync("ps", ["-o", "pid=", "--ppid", String(own)]).toString();
  return [
    own,
    ...children
      .split("\n")
      .filter((line) => line.trim() !== "")
      .map(Number),
  ];
}

/** Waits until every other connection is closed: a pool's `end()` may resolve before its sockets are, and those would then fail. */
async function untilAlone(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const others = "select from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()";
  for (let tries = 0; tries < 200 && (await client.query(others)).rowCount !== 0; tries++) await wait(25);
  await client.end();
}

/** A collation that does not order by code point, so that a forgotten `collate "C"` shows. */
function foreignCollation(programs: string): readonly string[] {
  const help = execFileSync(join(programs, "initdb"), ["--help"]).toString();
  return help.includes("--icu-locale") ? ["--locale-provider=icu", "--icu-locale=en-US"] : [];
}

/** Postgres refuses to run as root: then its own user runs it. */
function serverOwner(): { readonly uid: number; readonly gid: number } {
  const id = (flag: string, ...user: string[]): number => Number(execFileSync("id", [flag, ...user]).toString());
  return id("-u") === 0 ? { uid: id("-u", "postgres"), gid: id("-g", "postgres") } : { uid: id("-u"), gid: id("-g") };
}

async function untilReady(url: string, server: ChildProcess, said: () => string): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (server.exitCode !== null) throw new Error(`Postgres ended with code ${server.exitCode}:\n${said()}`);
    const client = new pg.Client({ connectionString: url });
    const connected = await client.connect().then(
      () => true,
      () => false,
    );
    if (connected) return client.end();
    await wait(50);
  }
  throw new Error(`Postgres does not answer:\n${said()}`);
}
