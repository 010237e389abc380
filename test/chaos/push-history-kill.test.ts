import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { seededRandom } from "../../src/core/random.ts";
import { waitingChildren } from "../support/kill-features.ts";
import { doPushStep, openPushes, pushedDigest, pushSteps } from "../support/push-history-steps.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const kills = 60;
const killsPerPlace = 4;

test("kill -9 at 60 points of pushes to history and to both, and of flushes: going on gives the rows and bits of an undisturbed run", {
  timeout: 400_000,
}, async () => {
  const root = temporaryFolder();
  const placeIn = (name: string): string => {
    const folder = join(root, name);
    mkdirSync(folder);
    return folder;
  };
  let points = 0;
  const point = (): void => {
    points++;
  };
  const calm = await openPushes({ folder: placeIn("calm") }, point);
  for (let step = 0; step < pushSteps; step++) await doPushStep(calm, step);
  const digest = await pushedDigest(calm);
  await calm.close();
  const random = seededRandom("push history kill");
  const next = waitingChildren("push-history-child.ts");
  let killed = 0;
  for (let place = 0; killed < kills; place++) {
    const folder = placeIn(`killed_${place}`);
    let fromStep = 0;
    for (let kill = 0; kill < killsPerPlace && fromStep < pushSteps; kill++) {
      const child = next();
      await child.firstLine;
      const dieAt = 1 + random.int(Math.ceil(points * (1 - fromStep / pushSteps) * 0.6));
      child.tell(JSON.stringify({ place: { folder }, fromStep, dieAt }));
      const { errors } = await child.ended;
      expect(errors).toBe("");
      if (child.process.signalCode === "SIGKILL") killed++;
      const done = Number(child.lines.at(-1));
      if (Number.isInteger(done)) fromStep = done + 1;
    }
    const open = await openPushes({ folder });
    // The step that was under way again, and the one before: a host may not know that it was done.
    for (let step = Math.max(0, fromStep - 1); step < pushSteps; step++) await doPushStep(open, step);
    expect(await pushedDigest(open), `place ${place}`).toBe(digest);
    await open.close();
  }
  expect(killed).toBeGreaterThanOrEqual(kills);
});
