/** Tells time. Everything that needs the time takes a clock, so that a test or a replay can set it. */
export interface Clock {
  /** Now, as epoch milliseconds UTC. */
  nowMs(): number;
}

/** The clock of the machine. */
export const systemClock: Clock = { nowMs: () => Date.now() };

/** A clock that stands still until it is moved. */
export interface ManualClock extends Clock {
  /** Sets the time, epoch milliseconds UTC. */
  set(ms: number): void;
  /** Moves the time forward by `ms` milliseconds. */
  advance(ms: number): void;
}

/** Makes a {@link ManualClock} that starts at `startMs` (epoch milliseconds UTC). */
export function manualClock(startMs: number): ManualClock {
  let now = startMs;
  return {
    nowMs: () => now,
    set: (ms) => {
      now = ms;
    },
    advance: (ms) => {
      now += ms;
    },
  };
}
