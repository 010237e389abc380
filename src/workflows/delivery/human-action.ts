import type { AuditRecord } from "../../contracts/audit-log.ts";

/** What people did by the log's account. */
export interface HumanAction {
  /** Recorded acts of people. */
  readonly acts: number;
  readonly actors: number;
  /** Runs of acts of one person without a longer pause than the gap. */
  readonly sittings: number;
  /** The length of all sittings, an act at least `perAct` long. What was done without a recorded act is not in it. */
  readonly hours: number;
}

/** How {@link HumanAction} is measured. */
export interface HumanActionOptions {
  /** Actors that are programs. */
  readonly automation: readonly string[];
  readonly sittingGapMs: number;
  readonly perActMs: number;
}

/**
 * The log records instants, not durations. So acts of one person with at most the gap between them are one sitting, from its first act to its last,
 * plus the time of one act: what came before the first.
 */
export function humanAction(records: readonly AuditRecord[], options: HumanActionOptions): HumanAction {
  const { automation, sittingGapMs, perActMs } = options;
  const byActor = new Map<string, number[]>();
  for (const { actor, timeMs } of records) {
    if (automation.includes(actor)) continue;
    const times = byActor.get(actor);
    if (times === undefined) byActor.set(actor, [timeMs]);
    else times.push(timeMs);
  }
  let [acts, sittings, ms] = [0, 0, 0];
  for (const times of byActor.values()) {
    times.sort((a, b) => a - b);
    acts += times.length;
    let before = Number.NEGATIVE_INFINITY;
    for (const time of times) {
      const isSame = time - before <= sittingGapMs;
      sittings += isSame ? 0 : 1;
      ms += isSame ? time - before : perActMs;
      before = time;
    }
  }
  return { acts, actors: byActor.size, sittings, hours: ms / 3_600_000 };
}
