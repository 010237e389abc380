import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { seededRandom } from "../../src/core/random.ts";
import { RolloutStore } from "../../src/serving/rollout/rollout-store.ts";
import { Harness } from "../serving/support/harness.ts";
import { startScript } from "../support/child-lines.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const kills = 20;

test("kill -9 while serving loses no flushed prediction, no outcome and nothing of the rollout", {
  timeout: 180_000,
}, async () => {
  const folder = temporaryFolder();
  const random = seededRandom("kill serving");
  const acknowledged: string[] = [];
  for (let life = 0; life < kills; life++) {
    const child = startScript("serve-child.ts", folder, String(life));
    await Promise.race([child.firstLine, child.ended]);
    await wait(random.next() * 60);
    child.process.kill("SIGKILL");
    expect((await child.ended).errors).toBe("");
    acknowledged.push(...child.lines.flatMap((line) => line.split(" ")));
  }
  const harness = new Harness(folder);
  const logged = new Set<string>();
  for await (const batch of harness.log.read("score", 0, Number.POSITIVE_INFINITY))
    for (const id of batch.ids) logged.add(id);
  const outcomes = await harness.log.readOutcomes("score");
  expect(acknowledged.length).toBeGreaterThanOrEqual(kills * 20);
  expect(acknowledged.filter((id) => !logged.has(id))).toEqual([]);
  expect(acknowledged.filter((id) => !outcomes.has(id))).toEqual([]);
  const rollout = await new RolloutStore({ ...harness.options }).active("score");
  expect(rollout?.requests).toBeGreaterThanOrEqual(acknowledged.length);
  expect(rollout?.requests).toBeLessThanOrEqual(logged.size);
  const started = (await harness.audit.read()).filter((record) => record.kind === "rollout.started");
  expect(started).toHaveLength(1);
  expect(await harness.audit.verify()).toMatchObject({ valid: true });
  await harness.metadata.close();
});
