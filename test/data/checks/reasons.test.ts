import { expect, test } from "vitest";
import { manualClock } from "../../../src/core/clock.ts";
import { completeness, type CompletenessOptions } from "../../../src/data/checks/completeness.ts";
import { freshness } from "../../../src/data/checks/freshness.ts";
import { makeTable } from "../../../src/table/table.ts";

const batch = makeTable({ km: { tag: "f64", values: Float64Array.of(1, 0), states: Uint8Array.of(1, 0) } });

test.each<[CompletenessOptions, string]>([
  [{}, "none may"],
  [{ atMost: { rows: 0 } }, "none may"],
  [{ atMost: 0.01 }, "at most 1% may"],
  [{ atMost: { rows: 20 } }, "at most 20 rows may"],
  [{ atLeast: 0.98 }, "at least 98% must pass"],
  [{ atLeast: { rows: 2 } }, "at least 2 rows must pass"],
])("a reason says its bound in words: %o", (options, text) => {
  expect(completeness("km", options).judge({ batch }).reason).toBe(`km: 1 of 2 rows hold no value (${text})`);
});

test("ages are told in units, not in milliseconds", () => {
  const instants = makeTable({ at: { tag: "instant", values: Float64Array.of(0) } });
  const outcome = freshness("at", { maxAge: "6h" }).judge({ batch: instants, clock: manualClock(90 * 60_000 * 5) });
  expect(outcome.reason).toBe("at: the newest instant is 7.5h old (at most 6h)");
});
