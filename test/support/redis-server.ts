import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { describeServer } from "./describe-server.ts";
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

/** Three Redis servers that share the slots. */
export interface RedisCluster {
  readonly nodes: readonly RedisServer[];
  stop(): Promise<void>;
}

const program = "redis-server";
const commandLine = "redis-cli";
const howToInstall = "Redis is not installed; install it with: apt-get install redis-server";
const isInstalled = spawnSync(program, ["--version"]).status === 0;

/** Declares tests that need a Redis server; see {@link describeServer}. */
export function describeRedis(name: string, body: (server: () => RedisServer) => void): void {
  describeServer(name, { start: isInstalled ? () => startRedis([]) : undefined, howToInstall }, body);
}

/** Declares tests that need a Redis Cluster; see {@link describeServer}. */
export function describeRedisCluster(name: string, body: (cluster: () => RedisCluster) => void): void {
  describeServer(name, { start: isInstalled ? startCluster : undefined, howToInstall }, body);
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
    const ping = spawnSync(commandLine, ["-p", String(port), "ping"]);
    if (ping.stdout.toString().trim() === "PONG") return server;
    await wait(25);
  }
  server.kill("SIGKILL");
  throw new Error(`Redis does not answer:\n${said}`);
}

async function startCluster(): Promise<RedisCluster> {
  const buses = [await freePort(), await freePort(), await freePort()];
  const settings = (bus: number): string[] => ["--cluster-enabled", "yes", "--cluster-port", String(bus)];
  const nodes: RedisServer[] = [];
  for (const bus of buses) nodes.push(await startRedis([...settings(bus), "--cluster-node-timeout", "2000"]));
  const ports = nodes.map(({ port }) => port);
  const ask = (port: number, ...words: readonly string[]): string =>
    execFileSync(commandLine, ["-p", String(port), "cluster", ...words]).toString();
  const bounds = [0, 5461, 10_923, 16_384];
  ports.forEach((port, i) => {
    ask(port, "addslotsrange", String(bounds[i]), String((bounds[i + 1] ?? 0) - 1));
    ask(port, "set-config-epoch", String(i + 1));
  });
  ports.slice(1).forEach((port, i) => {
    ask(ports[0] ?? 0, "meet", "127.0.0.1", String(port), String(buses[i + 1]));
  });
  const isWhole = (port: number): boolean =>
    /cluster_state:ok[\s\S]*cluster_known_nodes:3/.test(ask(port, "info")) &&
    ask(port, "slots").split("127.0.0.1").length === 4;
  for (let tries = 0; tries < 200 && !ports.every(isWhole); tries++) await wait(50);
  if (!ports.every(isWhole)) throw new Error(`no Redis Cluster came about:\n${ask(ports[0] ?? 0, "nodes")}`);
  return {
    nodes,
    stop: async () => {
      for (const node of nodes) await node.stop();
    },
  };
}
