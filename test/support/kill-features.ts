import { setTimeout as wait } from "node:timers/promises";
import { expect, onTestFinished } from "vitest";
import type { Digest } from "../../src/core/digest.ts";
import { seededRandom } from "../../src/core/random.ts";
import { bundledScript } from "./bundle-script.ts";
import { type ScriptChild, startScript } from "./child-lines.ts";
import type { FeaturePlace } from "./feature-place.ts";

/** A feature store that is open in this process. */
interface Open {
  close(): Promise<void>;
}

/** Steps that a child does until it is killed, and what they come to. */
export interface KilledWork<O extends Open> {
  readonly script: string;
  readonly steps: number;
  open(place: FeaturePlace, point?: () => void): Promise<O>;
  /** What has to be there before the first step; answers what a child is told beside the place. */
  prepare(open: O): Promise<object>;
  step(open: O, told: object, step: number): Promise<void>;
  digest(open: O): Promise<Digest>;
}

/** Kills after which a place is completed and compared. */
const killsPerPlace = 4;

/**
 * Kills so many children (SIGKILL), some at a moment and the others just before a statement or command to a server, goes on in their places, and
 * compares with a run that nothing disturbed.
 */
export async function killAndGoOn<O extends Open>(
  work: KilledWork<O>,
  kills: number,
  seed: string,
  placeFor: (name: string) => FeaturePlace,
): Promise<void> {
  const { digest, points, ms } = await undisturbed(work, placeFor("calm"));
  const random = seededRandom(seed);
  const next = waitingChildren(work.script);
  let killed = 0;
  const stopped = new Set<number>();
  for (let place = 0; killed < kills; place++) {
    const at = placeFor(`killed_${place}`);
    const before = await work.open(at);
    const told = await work.prepare(before);
    await before.close();
    let fromStep = 0;
    for (let kill = 0; kill < killsPerPlace && fromStep < work.steps; kill++) {
      const child = next();
      await child.firstLine;
      // Some die at a moment, as between a statement and its answer.
      const timed = random.next() < 0.3;
      const left = 1 - fromStep / work.steps;
      const dieAt = timed ? 0 : 1 + random.int(Math.ceil(points * left * 0.6));
      child.tell(JSON.stringify({ ...told, place: at, fromStep, dieAt }));
      if (timed) {
        await child.printed(2);
        await wait(random.next() * ms * left);
        child.process.kill("SIGKILL");
      }
      expect((await child.ended).errors).toBe("");
      if (child.process.signalCode === "SIGKILL") killed++;
      const done = Number(child.lines.at(-1));
      if (Number.isInteger(done)) fromStep = done + 1;
      stopped.add(fromStep);
    }
    const open = await work.open(at);
    // The step that was under way again, and the one before: a host may not know that it was done.
    for (let step = Math.max(0, fromStep - 1); step < work.steps; step++) await work.step(open, told, step);
    expect(await work.digest(open), `place ${place}`).toBe(digest);
    await open.close();
  }
  expect(killed).toBeGreaterThanOrEqual(kills);
  expect(stopped.size, "the kills fell into different steps").toBeGreaterThan(work.steps / 3);
}

async function undisturbed<O extends Open>(
  work: KilledWork<O>,
  place: FeaturePlace,
): Promise<{ readonly digest: Digest; readonly points: number; readonly ms: number }> {
  let points = 0;
  const open = await work.open(place, () => {
    points++;
  });
  const told = await work.prepare(open);
  points = 0;
  const began = performance.now();
  for (let step = 0; step < work.steps; step++) await work.step(open, told, step);
  const ms = performance.now() - began;
  const passed = points;
  const digest = await work.digest(open);
  await open.close();
  return { digest, points: passed, ms };
}

/** Children that are started ahead of their time. */
export function waitingChildren(name: string): () => ScriptChild {
  const script = bundledScript(name);
  const waiting: ScriptChild[] = [];
  onTestFinished(() => {
    for (const child of waiting) child.process.kill("SIGKILL");
  });
  return () => {
    while (waiting.length < 3) waiting.push(startScript(script));
    return waiting.shift() ?? startScript(script);
  };
}
