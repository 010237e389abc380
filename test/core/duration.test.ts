import { expect, test } from "vitest";
import { durationMs, durationText } from "../../src/core/duration.ts";

test.each([
  [0, 0],
  [1500, 1500],
  ["500ms", 500],
  ["30s", 30_000],
  ["1.5m", 90_000],
  ["6h", 21_600_000],
  ["7d", 604_800_000],
  ["2w", 1_209_600_000],
])("%s is %d ms", (duration, ms) => {
  expect(durationMs(duration)).toBe(ms);
});

test.each([-1, Number.NaN, Number.POSITIVE_INFINITY, "", "10", "m", "-5m", "5 m", "1e3s", "5M", `${"9".repeat(400)}d`])(
  "%s is no duration",
  (duration) => {
    expect(() => durationMs(duration)).toThrowError(/argument\/invalid: found the duration/);
  },
);

test.each([
  [0, "0ms"],
  [0.4, "0.4ms"],
  [999, "999ms"],
  [1000, "1s"],
  [90_000, "1.5m"],
  [5_400_000, "1.5h"],
  [816_910_574_499, "9455d"],
])("%d ms are %s for a person", (ms, text) => {
  expect(durationText(ms)).toBe(text);
});
