import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import pg from "pg";
import { expect, onTestFinished, test } from "vitest";
import type { Digest } from "../../src/core/digest.ts";
import { type Random, seededRandom } from "../../src/core/random.ts";
import { blobsOfVersion } from "../../src/data/versions/blobs-of-version.ts";
import type { OpenData } from "../data/open-data.ts";
import { type ScriptChild, startScript } from "../support/child-lines.ts";
import { type DataPlace, openAt } from "../support/data-store.ts";
import { countedPoints } from "../support/fatal-point.ts";
import { stateAfter, type FireState, stateNow } from "../support/fire-state.ts";
import { beforeSteps, doStep, kindOf, personOf, type StepKind, stepKinds } from "../support/fire-steps.ts";
import { describePostgres } from "../support/postgres-server.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** How a step goes when nothing kills it. */
interface Calm {
  readonly points: number;
  readonly ms: number;
}

/** One round without a kill: what it comes to, and how many points and milliseconds each step has. */
async function calmRound(place: DataPlace, rounds: number): Promise<ReadonlyMap<StepKind, Calm>> {
  const { layers, passed } = countedPoints();
  const open = await openAt(place, layers);
  await beforeSteps(open);
  const calm = new Map<StepKind, Calm>();
  for (let step = 0; step < rounds * stepKinds.length; step++) {
    const [before, startedMs] = [passed(), performance.now()];
    await doStep(open, step);
    calm.set(kindOf(step), { points: passed() - before, ms: performance.now() - startedMs });
    expect(await stateNow(open)).toEqual(stateAfter(step + 1));
  }
  await open.close();
  return calm;
}

/** Every version that a ref leads to is there to its last blob and can be read; the chain of audit events holds. */
async function requireWhole({ data, ledger, blobs, repository }: OpenData): Promise<void> {
  const needed = new Set<Digest>();
  const versions = new Set<Digest>();
  for (const name of ["people", "people.quarantine", "inbox", "keyed"])
    for (const { commit } of [...(await data.branches(name)), ...(await data.tags(name))])
      for (const { version } of await data.log(name, { branch: commit.id, limit: 1000 })) versions.add(version);
  for (const version of versions) {
    expect((await repository.missingParts(version)).size, version).toBe(0);
    expect((await data.read(version)).rowCount).toBe((await data.version(version)).rows);
    for (const digest of (await blobsOfVersion(repository, version)).blobs) needed.add(digest);
  }
  for (const digest of needed) expect(await blobs.has(digest), digest).toBe(true);
  expect(await ledger.audit.verify()).toMatchObject({ valid: true });
}

/** Each dataset is as it was or as it was to be; an ingest moves the dataset and its quarantine together. */
async function requireOldOrNew(open: OpenData, step: number): Promise<"old" | "new"> {
  const [now, old, next] = [await stateNow(open), stateAfter(step), stateAfter(step + 1)];
  for (const key of Object.keys(now) as (keyof FireState)[])
    expect([old[key], next[key]], key).toContainEqual(now[key]);
  const isOld = JSON.stringify(now) === JSON.stringify(old);
  if (kindOf(step) !== "erase" && !isOld) expect(now).toEqual(next);
  return isOld ? "old" : "new";
}

/** No blob holds a word of an erased person. What a killed put had half written lies apart and is removed after an hour. */
function requireErased({ folder }: DataPlace, steps: number): void {
  const texts = Array.from({ length: Math.floor(steps / stepKinds.length) }, (_, round) => personOf(round));
  for (const entry of readdirSync(join(folder, "blobs", "objects"), { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const bytes = readFileSync(join(entry.parentPath, entry.name));
    for (const text of texts) expect(bytes.includes(text), `${text} in ${entry.name}`).toBe(false);
  }
}

/** Processes that have loaded everything and wait to be told. */
class WarmChildren {
  readonly #waiting: ScriptChild[] = [];

  next(): ScriptChild {
    while (this.#waiting.length < 2) this.#waiting.push(startScript("fire-child.ts"));
    return this.#waiting.shift() ?? startScript("fire-child.ts");
  }

  stop(): void {
    for (const child of this.#waiting) child.process.kill("SIGKILL");
  }
}

/** Lets a child do a step and kills it at one of the step's points, or at a moment; answers whether it had said that it was done. */
async function killedIn(
  child: ScriptChild,
  place: DataPlace,
  step: number,
  calm: Calm,
  random: Random,
): Promise<boolean> {
  const timed = random.next() < 0.4;
  const dieAt = timed ? 0 : 1 + random.int(calm.points);
  const afterMs = random.next() * 1.2 * calm.ms;
  await child.firstLine;
  child.tell(JSON.stringify({ place, step, dieAt }));
  if (timed) {
    await child.printed(2);
    await wait(afterMs);
  } else await child.printed(3);
  child.process.kill("SIGKILL");
  const { errors } = await child.ended;
  expect(errors).toBe("");
  return child.lines.includes("done");
}

interface Fire {
  readonly name: string;
  readonly rounds: number;
  /** Rounds after which a store is left for a new one. */
  readonly roundsPerStore: number;
  newPlace(): DataPlace;
  /** Waits until nothing that the killed process had begun is under way. */
  settled(): Promise<void>;
}

/** Kills a process in every step of every round, looks at what it left, and completes the step. */
async function underFire({ name, rounds, roundsPerStore, newPlace, settled }: Fire): Promise<void> {
  const random = seededRandom(`fire ${name}`);
  const calm = await calmRound(newPlace(), 2);
  const children = new WarmChildren();
  const left = { old: 0, new: 0 };
  for (let first = 0; first < rounds; first += roundsPerStore) {
    const place = newPlace();
    const begun = await openAt(place);
    await beforeSteps(begun);
    await begun.close();
    const steps = Math.min(roundsPerStore, rounds - first) * stepKinds.length;
    for (let step = 0; step < steps; step++) {
      const expected = calm.get(kindOf(step));
      if (expected === undefined) return expect.fail();
      const done = await killedIn(children.next(), place, step, expected, random);
      await settled();
      const open = await openAt(place);
      const found = await requireOldOrNew(open, step);
      left[found]++;
      if (done) expect(await stateNow(open)).toEqual(stateAfter(step + 1));
      await requireWhole(open);
      await doStep(open, step);
      expect(await stateNow(open)).toEqual(stateAfter(step + 1));
      requireErased(place, step + 1);
      await open.close();
    }
    const open = await openAt(place);
    await open.data.gc({ graceMs: 0 });
    await requireWhole(open);
    expect(await open.data.gc({ graceMs: 0 })).toMatchObject({ removed: 0 });
    await open.close();
  }
  children.stop();
  // Most points of a step come before its publication.
  expect(left.old, "kills before the step took effect").toBeGreaterThan(rounds);
  expect(left.new, "kills after it took effect").toBeGreaterThan(0);
}

test("kill -9 in ingest, collect, commit, merge, gc and erase: every ref is old or new and whole, nothing acknowledged is lost, running again converges", {
  timeout: 300_000,
}, async () => {
  await underFire({
    name: "sqlite",
    rounds: 14,
    roundsPerStore: 5,
    newPlace: () => ({ folder: temporaryFolder() }),
    settled: async () => undefined,
  });
});

describePostgres("kill -9 with the metadata in Postgres", (server) => {
  test("in ingest, collect, commit, merge, gc and erase", { timeout: 300_000 }, async () => {
    const admin = new pg.Client({ connectionString: server().url });
    await admin.connect();
    onTestFinished(() => admin.end());
    let schemas = 0;
    const others = "select from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()";
    await underFire({
      name: "postgres",
      rounds: 4,
      roundsPerStore: 4,
      newPlace: () => ({
        folder: temporaryFolder(),
        postgres: { url: server().url, schema: `fire_${schemas++}` },
      }),
      settled: async () => {
        while ((await admin.query(others)).rowCount !== 0) await wait(5);
      },
    });
  });
});
