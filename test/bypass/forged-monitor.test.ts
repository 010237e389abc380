import { expect, test } from "vitest";
import { monitor } from "../../src/monitoring/monitor.ts";
import { driftOptions, normals, openMonitoring, reference, startMs } from "../monitoring/monitoring-bench.ts";
import { editStore, sql } from "../support/edit-store.ts";
import { servedBatch } from "../support/memory-prediction-log.ts";

const edits = {
  "a laxer threshold": sql`update monitoring_monitor set definition = replace(definition, '"minEffect":0.1', '"minEffect":9') where id = 'inputs'`,
  "a definition of no JSON": sql`update monitoring_monitor set definition = 'x' where id = 'inputs'`,
  "another digest": sql`update monitoring_monitor set digest = model where id = 'inputs'`,
  "another model": sql`update monitoring_monitor set model = 'other' where id = 'inputs'`,
  "no reference": sql`update monitoring_monitor set profile = null where id = 'inputs'`,
  "a later start": sql`update monitoring_monitor set armed_at_ms = armed_at_ms + 1e9 where id = 'inputs'`,
  "its row deleted": sql`delete from monitoring_monitor where id = 'inputs'`,
  "disarmed by hand": sql`update monitoring_monitor set disarmed = 1 where id = 'inputs'`,
};

for (const [name, edit] of Object.entries(edits)) {
  test(`a monitor edited in the store is refused by name, and the others go on: ${name}`, async () => {
    const bench = await openMonitoring();
    for (const id of ["inputs", "second"])
      await bench.stage.arm(monitor({ ...driftOptions, id }), { reference, fromMs: startMs });
    await bench.predictions.append(servedBatch("delay", "a", startMs, normals("a", 100, 6), new Float64Array(100)));
    bench.clock.advance(1000);
    await editStore(bench.metadata, edit);
    const refused = { code: "monitoring/tampered", message: expect.stringContaining('the monitor "inputs"') };
    await expect(bench.stage.evaluate()).rejects.toMatchObject(refused);
    await expect(bench.stage.status()).rejects.toMatchObject(refused);
    expect((await bench.stage.alerts()).map((alert) => alert.monitor)).toEqual(["second"]);
    expect(bench.delivered).toHaveLength(1);
    await bench.stage.arm(monitor(driftOptions), { reference, fromMs: startMs });
    expect(await bench.stage.evaluate()).not.toEqual([]);
  });
}

test("a monitor whose row was deleted goes on from its windows and alerts once it is armed again", async () => {
  const bench = await openMonitoring();
  await bench.stage.arm(monitor(driftOptions), { reference, fromMs: startMs });
  await bench.predictions.append(servedBatch("delay", "a", startMs, normals("a", 100, 6), new Float64Array(100)));
  bench.clock.advance(1000);
  await bench.stage.evaluate();
  await editStore(bench.metadata, sql`delete from monitoring_monitor`);
  const refused = { code: "monitoring/tampered", message: expect.stringContaining('the monitor "inputs"') };
  await expect(bench.stage.definitions()).rejects.toMatchObject(refused);
  await expect(bench.stage.disarm("inputs", { actor: "ada", reason: "unwanted" })).rejects.toMatchObject(refused);
  await bench.stage.arm(monitor(driftOptions), { reference, fromMs: startMs });
  await bench.stage.evaluate();
  expect((await bench.stage.windows("inputs")).map(({ position }) => position)).toEqual([0, 1, 2, 3]);
  expect((await bench.stage.alerts()).map(({ episode }) => episode)).toEqual([1, 2]);
  await bench.stage.disarm("inputs", { actor: "ada", reason: "unwanted" });
  expect(await bench.stage.status()).toEqual([]);
  await editStore(bench.metadata, sql`delete from monitoring_monitor`);
  expect(await bench.stage.status()).toEqual([]);
});
