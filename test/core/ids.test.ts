import { expect, test } from "vitest";
import { manualClock } from "../../src/core/clock.ts";
import { uuidV7Ids } from "../../src/core/ids.ts";

test("ids are UUIDs of version 7 that carry the clock's time, and sort in the order they were made", () => {
  const clock = manualClock(1_700_000_000_000);
  const next = uuidV7Ids(clock);
  const ids: string[] = [];
  for (let i = 0; i < 3000; i++) {
    ids.push(next());
    if (i % 7 === 0) clock.advance(i % 2);
  }
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(Number.parseInt((ids[0] ?? "").replaceAll("-", "").slice(0, 12), 16)).toBe(1_700_000_000_000);
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
});

test("a clock that is set back makes no id that sorts before an earlier one", () => {
  const clock = manualClock(2_000);
  const next = uuidV7Ids(clock);
  const before = next();
  clock.set(1_000);
  expect(next() > before).toBe(true);
});
