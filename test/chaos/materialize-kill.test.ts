import { cpSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import type { Digest } from "../../src/core/digest.ts";
import { isSluiceError } from "../../src/core/errors.ts";
import { seededRandom } from "../../src/core/random.ts";
import { bundledScript } from "../support/bundle-script.ts";
import { type ScriptChild, startScript } from "../support/child-lines.ts";
import {
  commitHistory,
  doFeatureStep,
  materializeTo,
  openFeatures,
  readingsDigest,
  stepCount,
} from "../support/materialize-steps.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const kills = 110;
/** Kills after which a place is completed and compared. */
const killsPerPlace = 5;

interface Undisturbed {
  readonly template: string;
  readonly versions: readonly Digest[];
  readonly digest: Digest;
  readonly points: number;
  readonly ms: number;
}

/** A folder with the history alone, and what a run that nothing disturbs comes to. */
async function undisturbed(root: string): Promise<Undisturbed> {
  const template = join(root, "template");
  const prepared = await openFeatures({ folder: template });
  const versions = await commitHistory(prepared);
  await prepared.close();
  let points = 0;
  const point = (): void => {
    points++;
  };
  const calm = await openFeatures({ folder: placeIn(root, "calm", template) }, point);
  const began = performance.now();
  for (let step = 0; step < stepCount; step++) await doFeatureStep(calm, versions, step);
  const ms = performance.now() - began;
  const digest = await readingsDigest(calm);
  await calm.close();
  return { template, versions, digest, points, ms };
}

function placeIn(root: string, name: string, template: string): string {
  const folder = join(root, name);
  cpSync(template, folder, { recursive: true });
  return folder;
}

test("kill -9 at over a hundred points of materialization and push: going on gives the bits of an undisturbed run", {
  timeout: 400_000,
}, async () => {
  const root = temporaryFolder();
  const { template, versions, digest, points, ms } = await undisturbed(root);
  const random = seededRandom("materialize kill");
  const script = bundledScript("materialize-child.ts");
  const waiting: ScriptChild[] = [];
  onTestFinished(() => {
    for (const child of waiting) child.process.kill("SIGKILL");
  });
  const next = (): ScriptChild => {
    while (waiting.length < 2) waiting.push(startScript(script));
    return waiting.shift() ?? startScript(script);
  };
  let killed = 0;
  const stopped = new Map<number, number>();
  for (let place = 0; killed < kills; place++) {
    const folder = placeIn(root, `killed_${place}`, template);
    let fromStep = 0;
    for (let kill = 0; kill < killsPerPlace && fromStep < stepCount; kill++) {
      const child = next();
      await child.firstLine;
      // Some die at a moment, as in the middle of a transaction, the others at a point of what is left to do.
      const timed = random.next() < 0.3;
      const left = 1 - fromStep / stepCount;
      const dieAt = timed ? 0 : 1 + random.int(Math.ceil(points * left * 0.7));
      child.tell(JSON.stringify({ place: { folder }, versions, fromStep, dieAt }));
      if (timed) {
        await child.printed(2);
        await wait(random.next() * ms * left);
        child.process.kill("SIGKILL");
      }
      const { errors } = await child.ended;
      expect(errors).toBe("");
      if (child.process.signalCode === "SIGKILL") killed++;
      const done = Number(child.lines.at(-1));
      if (Number.isInteger(done)) fromStep = done + 1;
      stopped.set(fromStep, (stopped.get(fromStep) ?? 0) + 1);
    }
    const open = await openFeatures({ folder });
    // The step that was under way again, and the one before: a host may not know that it was done.
    for (let step = Math.max(0, fromStep - 1); step < stepCount; step++) await doFeatureStep(open, versions, step);
    expect(await readingsDigest(open), `place ${place}`).toBe(digest);
    await open.close();
  }
  expect(killed).toBeGreaterThanOrEqual(kills);
  expect(stopped.size, "the kills fell into different steps").toBeGreaterThan(stepCount / 2);
});

test("materializers that take the lease from each other all the time corrupt nothing", {
  timeout: 120_000,
}, async () => {
  const root = temporaryFolder();
  const { template, versions, digest } = await undisturbed(root);
  const folder = placeIn(root, "raced", template);
  const opened = await Promise.all([1, 2, 3].map(() => openFeatures({ folder })));
  let lost = 0;
  await Promise.all(
    opened.map(async (open, i) => {
      for (const [version, to] of [
        [0, 399],
        [1, 699],
        [1, 1000],
      ] as const) {
        for (let tries = 0; ; tries++) {
          try {
            // The last tries have a lease that lasts: somebody must come to the end.
            await materializeTo(open, versions, version, to, tries < 20 ? { lease: 1 + i } : {});
            break;
          } catch (error) {
            if (isSluiceError(error, "features/not-kept")) break; // another one is further on
            if (!isSluiceError(error, "features/busy")) throw error;
            lost++;
          }
        }
      }
    }),
  );
  expect(lost).toBeGreaterThan(0);
  for (const open of opened) expect(await readingsDigest(open)).toBe(digest);
  await Promise.all(opened.map((open) => open.close()));
});
