import { v7 } from "uuid";
import type { Clock } from "./clock.ts";

/** Makes unique ids. */
export type IdSource = () => string;

/** UUID version 7 (RFC 9562): sorts by time; the time is the clock's. */
export function uuidV7Ids(clock: Clock): IdSource {
  let lastMs = 0;
  let sequence = 0;
  return () => {
    const ms = Math.max(clock.nowMs(), lastMs);
    sequence = ms === lastMs ? sequence + 1 : 0;
    lastMs = ms;
    return v7({ msecs: ms, seq: sequence });
  };
}
