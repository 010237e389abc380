import { uuidV7Ids } from "../../../src/core/ids.ts";
import { expect, test } from "vitest";
import { featureStatus } from "../../../src/contracts/feature-reader.ts";
import type { FeatureLog, ServedVectors } from "../../../src/contracts/served-vectors.ts";
import { manualClock } from "../../../src/core/clock.ts";
import { seededRandom } from "../../../src/core/random.ts";
import { entitySample, LoggedFeatureReader, SqlFeatureLog } from "../../../src/features/index.ts";
import { withWorkbench } from "../feature-workbench.ts";
import { fill, history, requests, service } from "../trips.ts";

async function all(log: FeatureLog, fromMs = -Infinity, toMs = Infinity): Promise<readonly ServedVectors[]> {
  const found: ServedVectors[] = [];
  for await (const served of log.read(service, fromMs, toMs)) found.push(served);
  return found;
}

const inputOf = (from: string, distance = 1) => ({ from, to: "ATL", distance, when: 0 });

test("an entity is in a sample at every request or at none; a larger rate holds the smaller sample", () => {
  const [some, more] = [entitySample(service, 0.1), entitySample(service, 0.3)];
  let sampled = 0;
  for (let i = 0; i < 5000; i++) {
    const inside = some(inputOf(`airport ${i}`));
    expect(some(inputOf(`airport ${i}`, 99))).toBe(inside);
    if (inside) expect(more(inputOf(`airport ${i}`))).toBe(true);
    sampled += inside ? 1 : 0;
  }
  expect(sampled / 5000).toBeGreaterThan(0.08);
  expect(sampled / 5000).toBeLessThan(0.12);
  expect(entitySample(service, 0)(inputOf("ATL"))).toBe(false);
  expect(entitySample(service, 1)(inputOf("ATL"))).toBe(true);
  for (const rate of [-0.1, 1.1, Number.NaN])
    expect(() => entitySample(service, rate)).toThrow(expect.objectContaining({ code: "argument/invalid" }));
});

test("what was served stands in the log to the bit, read after a restart; what is older than the retention is gone", async () => {
  await withWorkbench(async (bench) => {
    const random = seededRandom("logged");
    const table = history(random, 400);
    await fill(bench, table, 200);
    const asked = requests(random, table, 60, Number(table.columns["date"]?.values[200]));
    const clock = manualClock(asked.atMs[0] ?? 0);
    const log = new SqlFeatureLog(bench.options.metadata);
    const features = new LoggedFeatureReader({
      features: bench.store,
      log,
      clock,
      ids: uuidV7Ids(clock),
      rate: 1,
      retention: "2h",
    });
    const served = await features.vectors(service, asked.inputs, { atMs: asked.atMs });
    expect(features.unlogged).toBe(60);
    const input = { from: "ATL", to: "ORD", distance: 3, when: 1 };
    const { features: cells, atMs } = await features.online(service, input);
    await features.close();
    expect(features.unlogged).toBe(0);

    const [stored, ...rest] = await all(new SqlFeatureLog(bench.options.metadata));
    expect(rest).toEqual([]);
    expect(stored?.names).toEqual(served.names);
    expect(stored?.rows).toBe(61);
    expect([...(stored?.values.subarray(0, served.values.length) ?? [])]).toEqual([...served.values]);
    expect([...(stored?.statuses.subarray(0, served.values.length) ?? [])]).toEqual([...served.statuses]);
    expect([...(stored?.atMs ?? [])]).toEqual([...asked.atMs, atMs]);
    const lastRow = stored?.statuses.subarray(60 * served.names.length);
    served.names.forEach((name, f) => {
      const cell = cells[name as keyof typeof cells];
      expect(lastRow?.[f]).toBe(featureStatus[cell.status]);
    });

    expect(await all(log, -Infinity, clock.nowMs())).toEqual([]);
    expect((await all(log, clock.nowMs()))[0]?.rows).toBe(61);
    clock.advance(3 * 3_600_000);
    await features.online(service, input);
    await features.flush();
    expect((await all(log)).map(({ rows }) => rows)).toEqual([1]);
  });
});

test("a log that fails keeps nobody waiting and loses nothing; nothing is logged outside the sample", async () => {
  await withWorkbench(async (bench) => {
    const table = history(seededRandom("failing"), 200);
    await fill(bench, table, 100);
    const inner = new SqlFeatureLog(bench.options.metadata);
    let broken = true;
    const log: FeatureLog = {
      append: async (...args) => {
        if (broken) throw new Error("no disk");
        await inner.append(...args);
      },
      read: (...args) => inner.read(...args),
      forget: (...args) => inner.forget(...args),
    };
    const { clock } = bench.options;
    const features = new LoggedFeatureReader({ features: bench.store, log, clock, ids: uuidV7Ids(clock), rate: 1 });
    const asked = requests(seededRandom("asked"), table, 20, Number(table.columns["date"]?.values[150]));
    await features.vectors(service, asked.inputs, { atMs: asked.atMs });
    await expect(features.flush()).rejects.toThrow("no disk");
    await features.vectors(service, asked.inputs, { atMs: asked.atMs });
    expect(features.unlogged).toBe(40);
    broken = false;
    await features.close();
    expect((await all(log)).map(({ rows }) => rows)).toEqual([20, 20]);

    const silent = new LoggedFeatureReader({ features: bench.store, log, clock, ids: uuidV7Ids(clock), rate: 0 });
    await silent.vectors(service, asked.inputs, { atMs: asked.atMs });
    expect(silent.unlogged).toBe(0);
    await silent.close();
  });
});
