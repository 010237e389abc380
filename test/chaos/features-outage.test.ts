import { setTimeout as wait } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import type { Digest } from "../../src/core/digest.ts";
import { isSluiceError } from "../../src/core/errors.ts";
import type { FeatureServers } from "../support/feature-place.ts";
import {
  commitHistory,
  materializeTo,
  type OpenFeatures,
  openFeatures,
  pushReadings,
  readingsDigest,
  readOnce,
} from "../support/materialize-steps.ts";
import { describePostgres } from "../support/postgres-server.ts";
import { describeRedis, describeRedisCluster } from "../support/redis-server.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** A server that goes away and comes back. */
interface Stoppable {
  signal(name: NodeJS.Signals): void;
  kill(): Promise<void>;
  restart(): Promise<void>;
}
type Servers = Omit<FeatureServers, "name">;

const timeoutMs = 500;
/** A call is several answers waited for, and gives its lease up: each of them at most {@link timeoutMs}; the rest is what the machine adds. */
const mostMs = 6 * timeoutMs + 2000;
let names = 0;

/** Does something until it fails, or so often that nobody can be away; answers with the error and how long that call took. */
async function firstFailure(work: (i: number) => Promise<unknown>): Promise<{ error: unknown; tookMs: number }> {
  for (let i = 0; i < 5000; i++) {
    const start = performance.now();
    try {
      await work(i);
    } catch (error) {
      return { error, tookMs: performance.now() - start };
    }
  }
  throw new Error("nothing failed");
}

/** Does something until it works again, at most 20 seconds; every error meanwhile is a clear one. */
async function untilBack<T>(work: () => Promise<T>): Promise<T> {
  const start = performance.now();
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isSluiceError(error, "store/unavailable") || performance.now() - start > 20_000) throw error;
      await wait(50);
    }
  }
}

/** Loads everything from the start: a load that is long enough to be stopped in its middle. */
async function reload(open: OpenFeatures, versions: readonly Digest[]): Promise<void> {
  await materializeTo(open, versions, 1, 1000, { from: 0, lease: "1s" });
}

/** A server is stopped, then killed, in the middle of reads, of pushes and of loads; the same stores go on when it is back. */
async function outage(servers: Servers, server: Stoppable, isWhole: boolean): Promise<void> {
  const place = { folder: temporaryFolder(), servers: { ...servers, name: `outage_${names++}`, timeoutMs } };
  const open = await openFeatures(place);
  // A server that is left standing could not be ended.
  onTestFinished(() => server.signal("SIGCONT"));
  const versions = await commitHistory(open);
  await reload(open, versions);
  const whole = await readingsDigest(open);
  const works: readonly ((i: number) => Promise<unknown>)[] = [
    () => readOnce(open),
    (i) => pushReadings(open, 900 + (i % 50), 950 + (i % 50)),
    () => reload(open, versions),
  ];
  for (const work of works) {
    for (const killed of [false, true]) {
      const failing = firstFailure(work);
      await wait(40);
      if (killed) await server.kill();
      else server.signal("SIGSTOP");
      const { error, tookMs } = await failing;
      expect(error).toMatchObject({ name: "SluiceError", code: "store/unavailable" });
      expect(tookMs).toBeLessThan(mostMs);
      if (isWhole && !killed) await callersTime(open, versions);
      if (killed) await server.restart();
      else server.signal("SIGCONT");
      await untilBack(() => reload(open, versions));
      expect(await untilBack(() => readingsDigest(open))).toBe(whole);
    }
  }
  await open.close();
}

/** Of a server that does not answer, the caller's own time counts, where that is shorter than the store's. */
async function callersTime(open: OpenFeatures, versions: readonly Digest[]): Promise<void> {
  const calls: readonly ((signal: AbortSignal) => Promise<unknown>)[] = [
    (signal) => readOnce(open, signal),
    (signal) => pushReadings(open, 900, 950, signal),
    (signal) => materializeTo(open, versions, 1, 1000, { from: 0, signal }),
  ];
  for (const call of calls) {
    const start = performance.now();
    await expect(call(AbortSignal.timeout(20))).rejects.toMatchObject({ code: "store/unavailable" });
    expect(performance.now() - start).toBeLessThan(mostMs);
    const why = new Error("not wanted any more");
    await expect(call(AbortSignal.abort(why))).rejects.toBe(why);
  }
}

const limits = { timeout: 120_000 };

describePostgres("a server goes away under features, metadata in Postgres", (postgres) => {
  test("Postgres, with metadata and online store", limits, () =>
    outage({ postgres: postgres().url }, postgres(), true),
  );

  describeRedis("and Redis", (redis) => {
    test("Redis, with the online store", limits, () =>
      outage({ postgres: postgres().url, redis: redis().port }, redis(), true),
    );
  });

  describeRedisCluster("and Redis Cluster", (cluster) => {
    test("a node of three, with a part of the online store", limits, () => {
      const ports = cluster().nodes.map(({ port }) => port);
      const second = cluster().nodes[1];
      if (second === undefined) throw new Error("no second node");
      return outage({ postgres: postgres().url, redis: ports }, second, false);
    });
  });
});
