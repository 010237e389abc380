import { afterAll, expect, test } from "vitest";
import type { Digest } from "../../src/core/digest.ts";
import { isSluiceError } from "../../src/core/errors.ts";
import { seededRandom } from "../../src/core/random.ts";
import { type ScriptChild, startScript } from "../support/child-lines.ts";
import type { FeaturePlace, FeatureServers } from "../support/feature-place.ts";
import type { RaceOrder } from "../support/materialize-race-child.ts";
import {
  backfillFrom,
  commitHistory,
  materializeTo,
  type OpenFeatures,
  openFeatures,
  readingsDigest,
} from "../support/materialize-steps.ts";
import { describePostgres } from "../support/postgres-server.ts";
import { describeRedis } from "../support/redis-server.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

type Servers = Omit<FeatureServers, "name">;

interface Opened {
  readonly place: FeaturePlace;
  readonly open: OpenFeatures;
  readonly versions: readonly Digest[];
}

let names = 0;
async function opened(servers: Servers): Promise<Opened> {
  const place = { folder: temporaryFolder(), servers: { ...servers, name: `race_${names++}` } };
  const open = await openFeatures(place);
  return { place, open, versions: await commitHistory(open) };
}

const children = new Set<ScriptChild>();
afterAll(() => {
  for (const child of children) child.process.kill("SIGKILL");
});

async function child(order: RaceOrder): Promise<ScriptChild> {
  const started = startScript("materialize-race-child.ts");
  children.add(started);
  await started.firstLine;
  started.tell(JSON.stringify(order));
  return started;
}

async function outcomes(of: ScriptChild): Promise<readonly string[]> {
  expect((await of.ended).errors).toBe("");
  return of.lines.filter((line) => !/^(ready|begun|stopping)$/.test(line));
}

/** Two processes load the same at once, with leases that the one takes from the other: each event comes once, as from one process. */
async function twoAtOnce(servers: Servers): Promise<void> {
  const alone = await opened(servers);
  let expected = 0;
  for (const to of [699, 1000]) expected += await materializeTo(alone.open, alone.versions, 1, to);
  const digest = await readingsDigest(alone.open);
  await alone.open.close();
  for (const lease of ["1ms", "5s"]) {
    const { place, open, versions } = await opened(servers);
    const loads = [699, 1000].map((to) => [1, to, lease] as const);
    const order: RaceOrder = { place, versions, loads, stopAt: 0, tries: 5 };
    const both = await Promise.all([child(order), child(order)]);
    const ended = (await Promise.all(both.map(outcomes))).flat();
    expect(ended).toHaveLength(4);
    // Who lost its lease five times over is done for; a load that lasts comes to the end.
    await materializeTo(open, versions, 1, 1000);
    expect(await readingsDigest(open), lease).toBe(digest);
    if (lease === "5s")
      expect(
        ended.reduce((sum, text) => sum + Number(text.replace("loaded ", "")), 0),
        ended.join(),
      ).toBe(expected);
    await open.close();
  }
}

/** A process that stood still beyond its lease, and goes on when another one is done, changes nothing any more. */
async function standStill(servers: Servers, seed: string): Promise<void> {
  const random = seededRandom(seed);
  const ends: string[] = [];
  const kept = new Set<boolean>();
  for (let round = 0; round < 8; round++) {
    const { place, open, versions } = await opened(servers);
    await materializeTo(open, versions, 0, 100);
    const stopped = await child({
      place,
      versions,
      loads: [[1, 1000, "200ms"]],
      stopAt: 4 + random.int(60),
      tries: 0,
    });
    await stopped.printed(3);
    expect(stopped.lines[2]).toBe("stopping");
    // The other one brings what is older too, which the first would have let go.
    await backfillFrom(open, versions[1], 0, 1000);
    const digest = await readingsDigest(open);
    const old = await olderReadings(open);
    kept.add(old !== "features/not-kept");
    const records = await open.records();
    stopped.process.kill("SIGCONT");
    const [end = ""] = await outcomes(stopped);
    ends.push(end);
    expect(await readingsDigest(open), `round ${round}`).toBe(digest);
    expect(await olderReadings(open), `round ${round}, older`).toBe(old);
    // Where it had not begun with a view, it may take the lease after the other one.
    if (end === "features/busy") expect(await open.records()).toEqual(records);
    await open.close();
  }
  expect(ends).toContain("features/busy");
  expect(kept, "stopped before and after it let go what is older").toEqual(new Set([true, false]));
}

/** What is read further back; whether it is there depends on whether it was let go before the other one came. */
async function olderReadings(open: OpenFeatures): Promise<string> {
  try {
    return await readingsDigest(open, { from: 150, to: 500 });
  } catch (error) {
    if (isSluiceError(error, "features/not-kept")) return error.code;
    throw error;
  }
}

/** A process that stood still with a transaction open keeps others waiting for a while, not for ever. */
async function standStillInside(servers: Servers): Promise<void> {
  const { place, open, versions } = await opened(servers);
  const order: RaceOrder = { place, versions, loads: [[1, 1000, "200ms"]], stopAt: 12, tries: 0, inside: true };
  const stopped = await child(order);
  await stopped.printed(3);
  expect(stopped.lines[2]).toBe("stopping");
  await materializeTo(open, versions, 1, 1000);
  const digest = await readingsDigest(open);
  stopped.process.kill("SIGCONT");
  await outcomes(stopped);
  expect(await readingsDigest(open)).toBe(digest);
  await open.close();
}

describePostgres("materializers of several processes, metadata in Postgres", (postgres) => {
  const limits = { timeout: 240_000 };
  test("online in Postgres: two at once", limits, () => twoAtOnce({ postgres: postgres().url }));
  test("online in Postgres: one stands still beyond its lease", limits, () =>
    standStill({ postgres: postgres().url }, "still postgres"),
  );
  test("one stands still inside a transaction", limits, () => standStillInside({ postgres: postgres().url }));

  describeRedis("and Redis", (redis) => {
    const servers = (): Servers => ({ postgres: postgres().url, redis: redis().port });
    test("online in Redis: two at once", limits, () => twoAtOnce(servers()));
    test("online in Redis: one stands still beyond its lease", limits, () => standStill(servers(), "still redis"));
  });
});
