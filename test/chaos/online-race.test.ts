import { expect, test } from "vitest";
import type { OnlineRow } from "../../src/contracts/online-store.ts";
import { seededRandom } from "../../src/core/random.ts";
import { eventsOfStep, idsIn, type OnlineEngine, openOnline } from "../support/kill-online-steps.ts";
import { describePostgres } from "../support/postgres-server.ts";
import { describeRedis } from "../support/redis-server.ts";

const writers = 4;
const keys = Array.from({ length: 20 }, (_, i) => `k${i}`);

function isLater(a: OnlineRow, b: OnlineRow): boolean {
  return a.eventTimeMs > b.eventTimeMs || (a.eventTimeMs === b.eventTimeMs && a.knownTimeMs > b.knownTimeMs);
}

/** Rows at few different times, so that event times are often equal; no two of one key at the same times. */
function rowsOf(writer: number, call: number): OnlineRow[] {
  const random = seededRandom(`${writer} ${call}`);
  return keys.map((key) => {
    const times = { eventTimeMs: random.int(30), knownTimeMs: random.int(1000) + (writer + call * writers) / 1000 };
    return { key, ...times, bytes: new TextEncoder().encode(JSON.stringify(times)) };
  });
}

/** Writers race on the same rows and push the same events: of each key the newest row is left, and each event is counted once. */
async function race(engine: OnlineEngine, where: string): Promise<void> {
  const opened = Array.from({ length: writers }, () => openOnline(engine, where, "raced"));
  const all: OnlineRow[] = [];
  const added = await Promise.all(
    opened.map(async ({ store }, writer) => {
      let count = 0;
      for (let call = 0; call < 50; call++) {
        const rows = rowsOf(writer, call);
        all.push(...rows);
        await store.writeRows("rows", rows);
        if (call % 5 === 0) count += await store.appendEvents("events", eventsOfStep(call, 0));
      }
      return count;
    }),
  );
  const store = opened[0]?.store;
  if (store === undefined) throw new Error("no store");
  expect(added.reduce((sum, count) => sum + count)).toBe((await idsIn(store)).size);
  const found = await store.readRows("rows", keys);
  for (const row of found) {
    const newest = all
      .filter(({ key }) => key === row?.key)
      .reduce((best, each) => (isLater(each, best) ? each : best));
    expect(row && { ...row, bytes: [...row.bytes] }).toEqual({ ...newest, bytes: [...newest.bytes] });
  }
  await Promise.all(opened.map(({ close }) => close()));
}

/** Pushes to entities of a view while others trim it bare: an entity that has events is on the list that trims go by. */
async function trimBesidePushes(engine: OnlineEngine, where: string): Promise<void> {
  const pusher = openOnline(engine, where, "trimmed");
  const trimmer = openOnline(engine, where, "trimmed");
  let pushing = true;
  const push = async (): Promise<void> => {
    for (let step = 0; step < 60; step++) await pusher.store.appendEvents("events", eventsOfStep(step, 0));
    pushing = false;
  };
  const trim = async (): Promise<void> => {
    while (pushing) await trimmer.store.trimEvents("events", 10_000, { keepLatest: false });
  };
  await Promise.all([push(), trim()]);
  await trimmer.store.trimEvents("events", 10_000, { keepLatest: false });
  expect((await idsIn(pusher.store)).size).toBe(0);
  await Promise.all([pusher.close(), trimmer.close()]);
}

describeRedis("writers race on Redis", (server) => {
  test("the newest row wins, each event counts once", () => race("redis", String(server().port)));
  test("a trim beside pushes leaves no event that later trims do not find", () =>
    trimBesidePushes("redis", String(server().port)));
});

describePostgres("writers race on Postgres", (server) => {
  test("the newest row wins, each event counts once", () => race("postgres", server().url));
  test("a trim beside pushes leaves no event that later trims do not find", () =>
    trimBesidePushes("postgres", server().url));
});
