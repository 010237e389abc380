import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { seededRandom } from "../../src/core/random.ts";
import { bundledScript } from "../support/bundle-script.ts";
import { startScript } from "../support/child-lines.ts";
import {
  bitsOf,
  eventsAStep,
  idsIn,
  type OnlineEngine,
  openOnline,
  pushAll,
  trimmedAt,
} from "../support/kill-online-steps.ts";
import { describePostgres } from "../support/postgres-server.ts";
import { describeRedis } from "../support/redis-server.ts";

const kills = 30;

/** After each of 30 kills: what was acknowledged is there, half a step only where batches are not atomic, and pushing all again gives the same bits. */
async function pushAndKill(engine: OnlineEngine, where: string): Promise<void> {
  const random = seededRandom(`push ${engine}`);
  const undisturbed = openOnline(engine, where, "undisturbed");
  const start = performance.now();
  await pushAll(undisturbed.store, () => undefined);
  const wholeMs = performance.now() - start;
  const expected = await bitsOf(undisturbed.store);
  await undisturbed.close();
  const reached = new Set<number>();
  for (let kill = 0; kill < kills; kill++) {
    const child = startScript(bundledScript("push-online-child.ts"), engine, where, `killed_${kill}`);
    await child.firstLine;
    await wait(random.next() * wholeMs);
    child.process.kill("SIGKILL");
    await child.ended;
    const acknowledged = Number(child.lines.at(-1) === "opened" ? -1 : child.lines.at(-1));
    reached.add(acknowledged);
    const { store, close } = openOnline(engine, where, `killed_${kill}`);
    const ids = await idsIn(store);
    if (acknowledged < trimmedAt - 1) {
      for (let id = 0; id < (acknowledged + 1) * eventsAStep; id++) expect(ids.has(id)).toBe(true);
      const started = ids.size - (acknowledged + 1) * eventsAStep;
      if (store.capabilities.atomicBatches) expect([0, eventsAStep]).toContain(started);
      else expect(started).toBeLessThanOrEqual(eventsAStep);
    }
    await pushAll(store, () => undefined);
    expect(await bitsOf(store)).toBe(expected);
    await close();
  }
  expect(reached.size).toBeGreaterThan(kills / 3);
}

describeRedis("kill -9 of what pushes to Redis", (server) => {
  test("pushing again gives the bits of a run that was not disturbed", { timeout: 240_000 }, async () => {
    await pushAndKill("redis", String(server().port));
  });
});

describePostgres("kill -9 of what pushes to Postgres", (server) => {
  test("pushing again gives the bits of a run that was not disturbed", { timeout: 240_000 }, async () => {
    await pushAndKill("postgres", server().url);
  });
});
