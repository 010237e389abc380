import { SluiceError } from "./errors.ts";
import { foundText } from "./found-text.ts";

/** A length of time: milliseconds, or a number with a unit, as in "500ms", "30s", "10m", "6h", "7d", "2w". */
export type Duration = number | string;

const unitMs: { readonly [unit: string]: number } = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** A {@link Duration} in milliseconds. Throws `argument/invalid` for a negative, non-finite or unreadable one. */
export function durationMs(duration: Duration): number {
  if (typeof duration === "number") {
    if (Number.isFinite(duration) && duration >= 0) return duration;
  } else if (typeof duration === "string") {
    const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d|w)$/.exec(duration);
    const unit = match?.[2] === undefined ? undefined : unitMs[match[2]];
    const ms = match === null || unit === undefined ? Number.NaN : Number(match[1]) * unit;
    if (Number.isFinite(ms)) return ms;
  }
  throw new SluiceError("argument/invalid", {
    found: `the duration ${typeof duration === "number" ? duration : foundText(duration)}`,
    expected: 'milliseconds, or a number with a unit as in "10m"',
    fix: "Use one of the units ms, s, m, h, d, w.",
  });
}

const longestFirst = ["d", "h", "m", "s"] as const;

/** Milliseconds for a person, in the longest unit that they fill, to a tenth: `"1.5h"`, `"9455d"`, `"250ms"`. */
export function durationText(ms: number): string {
  const unit = longestFirst.find((name) => Math.abs(ms) >= (unitMs[name] as number)) ?? "ms";
  return `${Math.round((ms / (unitMs[unit] as number)) * 10) / 10}${unit}`;
}
