import type { WindowFrame } from "../../contracts/feature-definition.ts";
import type { Duration } from "../../core/duration.ts";
import { requireOptions } from "../../core/known-options.ts";
import { definitionMs } from "./definition-duration.ts";
import { definitionError } from "./definition-error.ts";

const minuteMs = 60_000;
const hourMs = 3_600_000;
const dayMs = 86_400_000;

/** Where tumbling windows begin. */
export interface TumblingOptions {
  /** How long after the epoch (1970-01-01T00:00Z), and after every `size` from there, a window begins; shorter than the window. @default 0 */
  readonly offset?: Duration;
}

/** What a session is. */
export interface SessionOptions {
  /** The longest pause within a session: two events this far apart are of one session still. At least a millisecond. */
  readonly gap: Duration;
  /** How far back from its newest event a session goes; what is older is left out. At least the gap. @default a day, or the gap where that is longer */
  readonly max?: Duration;
  /** How long after its newest event a session is read; the gap makes it the open one alone. At least the gap. @default a day, or the gap where that is longer */
  readonly keep?: Duration;
}

/** The step at which a sawtooth window's start moves, milliseconds: 5 min for windows below 12 h, 1 h below 12 d, else 1 d. */
export function hopMsOf(overMs: number): number {
  if (overMs < 12 * hourMs) return 5 * minuteMs;
  return overMs < 12 * dayMs ? hourMs : dayMs;
}

/** The window of a length that ends at T. Errors: `definition/invalid` naming the aggregate. */
export function sawtoothFrame(aggregate: string, over: Duration): WindowFrame {
  const overMs = definitionMs(aggregate, "window", over, "more than 0");
  const hopMs = hopMsOf(overMs);
  return { kind: "sawtooth", overMs, hopMs, reachMs: overMs + hopMs };
}

/** The last complete one of windows side by side. Errors: `definition/invalid` naming the aggregate. */
export function tumblingFrame(aggregate: string, size: Duration, options: TumblingOptions): WindowFrame {
  requireOptions(`a tumbling window of ${aggregate}`, options, { offset: "optional" }, "definition/invalid");
  const { offset = 0 } = options;
  const sizeMs = wholeMs(aggregate, "tumbling window", size);
  const offsetMs = Math.round(definitionMs(aggregate, "offset", offset, "0"));
  if (offsetMs >= sizeMs)
    throw definitionError(
      aggregate,
      `the offset ${JSON.stringify(offset)} of a tumbling window ${JSON.stringify(size)}`,
      "an offset shorter than the window",
      "Take the rest of dividing it by the window: the windows are the same.",
    );
  return { kind: "tumbling", sizeMs, offsetMs, reachMs: 2 * sizeMs };
}

const sessionNames = { gap: "optional", max: "optional", keep: "optional" } as const;

/** The session of the newest event. Errors: `definition/invalid` naming the aggregate. */
export function sessionFrame(aggregate: string, options: Partial<SessionOptions> = {}): WindowFrame {
  requireOptions(`a session of ${aggregate}`, options, sessionNames, "definition/invalid");
  const { gap, max, keep } = options;
  if (gap === undefined)
    throw definitionError(aggregate, "a session without a gap", "the longest pause within one", 'Pass { gap: "30m" }.');
  const gapMs = wholeMs(aggregate, "gap", gap);
  const atLeastGap = (what: string, given: Duration | undefined): number => {
    if (given === undefined) return Math.max(dayMs, gapMs);
    const ms = wholeMs(aggregate, what, given);
    if (ms >= gapMs) return ms;
    throw definitionError(
      aggregate,
      `the ${what} ${JSON.stringify(given)} of a session with the gap ${JSON.stringify(gap)}`,
      "a length of at least the gap",
      "Make it longer, or the gap shorter.",
    );
  };
  const maxMs = atLeastGap("max", max);
  const keepMs = atLeastGap("keep", keep);
  return { kind: "session", gapMs, maxMs, keepMs, reachMs: maxMs + keepMs };
}

/** A length of at least a millisecond, to the millisecond. */
function wholeMs(aggregate: string, what: string, given: Duration): number {
  const ms = Math.round(definitionMs(aggregate, what, given, "more than 0"));
  if (ms >= 1) return ms;
  throw definitionError(
    aggregate,
    `the ${what} ${JSON.stringify(given)}`,
    "at least a millisecond",
    'Pass a length such as "1h".',
  );
}
