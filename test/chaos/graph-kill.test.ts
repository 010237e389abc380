import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import type { Digest } from "../../src/core/digest.ts";
import { seededRandom } from "../../src/core/random.ts";
import { blobsOfVersion } from "../../src/data/versions/blobs-of-version.ts";
import { openData } from "../data/open-data.ts";
import { startScript } from "../support/child-lines.ts";
import { graphSteps, rounds } from "../support/kill-graph-steps.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const kills = 25;

test("kill -9 during commit, merge and gc: every ref is whole, what was acknowledged is there, and running again converges", {
  timeout: 300_000,
}, async () => {
  const folder = temporaryFolder();
  const random = seededRandom("kill graph");
  const reached = new Set<string>();
  let merges = 0;
  for (let kill = 0; kill < kills; kill++) {
    const child = startScript("kill-graph-child.ts", folder);
    await child.firstLine;
    await wait(random.next() * 250);
    child.process.kill("SIGKILL");
    await child.ended;
    const last = child.lines.at(-1) ?? "";
    reached.add(last.split(" ")[0] ?? "");

    const open = await openData(folder);
    const blobs = new Set<Digest>();
    for (const { name, commit } of await open.data.branches("keyed")) {
      expect((await open.data.read("keyed", { branch: name })).rowCount).toBeGreaterThan(0);
      for (const { version } of await open.data.log("keyed", { branch: commit.id, limit: 1000 }))
        for (const digest of (await blobsOfVersion(open.repository, version)).blobs) blobs.add(digest);
    }
    for (const digest of blobs) expect(await open.blobs.has(digest), digest).toBe(true);
    const log = (await open.data.head("keyed")) === undefined ? [] : await open.data.log("keyed", { limit: 1000 });
    const mergedNow = log.filter(({ change }) => change === "merge");
    expect(mergedNow.length).toBeGreaterThanOrEqual(merges);
    merges = mergedNow.length;
    for (const line of child.lines.filter((text) => text.startsWith("merged")))
      expect(mergedNow.map(({ message }) => message)).toContain(`round ${line.split(" ")[1]}`);
    expect(await open.ledger.audit.verify()).toMatchObject({ valid: true });
    await open.close();
  }
  expect(reached.size, "the kills fell on different steps").toBeGreaterThan(2);
  const open = await openData(folder);
  await graphSteps(open.data, () => undefined);
  await open.data.gc({ graceMs: 0 });
  expect(
    (await open.data.branches("keyed")).map(({ name }) => name).filter((name) => name.startsWith("work-")),
  ).toEqual([]);
  const whole = await open.data.read("keyed");
  const log = await open.data.log("keyed", { limit: 1000 });
  expect(log.filter(({ change }) => change === "merge")).toHaveLength(rounds);
  expect(await open.data.gc({ graceMs: 0 })).toMatchObject({ removed: 0 });
  await open.close();

  const calm = await openData(temporaryFolder());
  await graphSteps(calm.data, () => undefined);
  expect((await calm.data.read("keyed")).rowCount).toBe(whole.rowCount);
  await calm.close();
});
