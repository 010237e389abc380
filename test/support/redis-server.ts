import { execFileSync } from "node:child_process";
import { setTimeout as wait } from "node:timers/promises";
import { describeServer } from "./describe-server.ts";
import { freePort } from "./free-port.ts";
import { isRedisInstalled, type RedisServer, redisCommandLine, startRedis } from "./start-redis.ts";

/** Three Redis servers that share the slots. */
export interface RedisCluster {
  readonly nodes: readonly RedisServer[];
  stop(): Promise<void>;
}

const howToInstall = "Redis is not installed; install it with: apt-get install redis-server";
const isInstalled = isRedisInstalled();

/** Declares tests that need a Redis server; see {@link describeServer}. */
export function describeRedis(name: string, body: (server: () => RedisServer) => void): void {
  describeServer(name, { start: isInstalled ? () => startRedis([]) : undefined, howToInstall }, body);
}

/** Declares tests that need a Redis Cluster; see {@link describeServer}. */
export function describeRedisCluster(name: string, body: (cluster: () => RedisCluster) => void): void {
  describeServer(name, { start: isInstalled ? startCluster : undefined, howToInstall }, body);
}

async function startCluster(): Promise<RedisCluster> {
  const nodes: RedisServer[] = [];
  const stop = async (): Promise<void> => {
    for (const node of nodes) await node.stop();
  };
  try {
    const buses = [await freePort(), await freePort(), await freePort()];
    for (const bus of buses) {
      const settings = ["--cluster-enabled", "yes", "--cluster-port", String(bus), "--cluster-node-timeout", "2000"];
      nodes.push(await startRedis(settings));
    }
    await joinNodes(
      nodes.map(({ port }) => port),
      buses,
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return { nodes, stop };
}

/** Gives each node a third of the slots and waits until all know of all. */
async function joinNodes(ports: readonly number[], buses: readonly number[]): Promise<void> {
  const ask = (port: number, ...words: readonly string[]): string =>
    execFileSync(redisCommandLine, ["-p", String(port), "cluster", ...words]).toString();
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
}
