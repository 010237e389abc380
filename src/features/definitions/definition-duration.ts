import { type Duration, durationMs } from "../../core/duration.ts";
import { isSluiceError } from "../../core/errors.ts";
import { definitionError } from "./definition-error.ts";

/** A definition's length of time in milliseconds. Errors: `definition/invalid` for one that is unreadable or below `atLeast`. */
export function definitionMs(
  definition: string,
  option: string,
  duration: Duration,
  atLeast: "0" | "more than 0",
): number {
  const ms = readable(duration);
  if (ms !== undefined && (atLeast === "0" || ms > 0)) return ms;
  const fix = option === "ttl" ? "Leave it out where values do not expire." : 'Pass one such as "1h".';
  const expected = `milliseconds, or a number with a unit as in "10m", ${atLeast === "0" ? "from 0" : "more than 0"}`;
  throw definitionError(definition, `the ${option} ${JSON.stringify(duration)}`, expected, fix);
}

function readable(duration: Duration): number | undefined {
  try {
    return durationMs(duration);
  } catch (error) {
    if (isSluiceError(error, "argument/invalid")) return undefined;
    throw error;
  }
}
