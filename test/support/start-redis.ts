import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { freePort } from "./free-port.ts";

/** A throw-away Redis server of this test file, on a free loopback port; it keeps what it acknowledged when it is killed. */
export interface RedisServer {
  readonly port: number;
  /** Sends a signal to the process: `SIGSTOP`, `SIGCONT`. */
  signal(name: NodeJS.Signals): void;
  /** Ends the process without notice. */
  kill(): Promise<void>;
  /** Starts it again, on the same port and files. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const program = "redis-server";
/** Redis' own command line, of the same package. */
export const redisCommandLine = "redis-cli";

/** Whether Redis is installed. */
export function isRedisInstalled(): boolean {
  return spawnSync(program, ["--version"]).status === 0;
}

/** Starts a server. */
export async function startRedis(settings: readonly string[]): Promise<RedisServer> {
  const folder = mkdtempSync(join(tmpdir(), "sluice-redis-"));
  const port = await freePort();
  const common = ["--port", String(port), "--bind", "127.0.0.1", "--dir", folder, "--save", "", "--appendonly", "yes"];
  const args = [...common, "--appendfsync", "always", ...settings];
  let server = await started(args, port);
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, "exit");
    server.kill("SIGCONT");
    server.kill(signal);
    await ended;
  };
  return {
    port,
    signal: (name) => {
      server.kill(name);
    },
    kill: () => end("SIGKILL"),
    restart: async () => {
      server = await started(args, port);
    },
    stop: async () => {
      await end("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function started(args: readonly string[], port: number): Promise<ChildProcess> {
  const server = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  server.stdout.on("data", (text: Buffer) => {
    said = (said + text.toString()).slice(-10_000);
  });
  for (let tries = 0; tries < 200; tries++) {
    if (server.exitCode !== null) throw new Error(`Redis ended with code ${server.exitCode}:\n${said}`);
    const ping = spawnSync(redisCommandLine, ["-p", String(port), "ping"]);
    if (ping.stdout.toString().trim() === "PONG") return server;
    await wait(25);
  }
  server.kill("SIGKILL");
  throw new Error(`Redis does not answer:\n${said}`);
}
