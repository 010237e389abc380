import { type SessionFrame, sessionStartMs } from "./session-start.ts";
import type { SortedEvents } from "./sorted-events.ts";
import type { WindowSpec } from "./window-spec.ts";

/** The events of one key that lead to its newest known one. */
interface Run {
  readonly frame: SessionFrame;
  /** Places; −1 before the first event is known. */
  newest: number;
  oldest: number;
}

/** The newest session of one key, for each session window, kept while events come to count. */
export class SessionRuns {
  readonly #times: Float64Array;
  readonly #known: Uint8Array;
  /** By window. */
  readonly #byWindow: readonly (Run | undefined)[];
  readonly #runs: readonly Run[];
  #from = 0;

  /** @param known - Kept by the caller: 1 where the event at a place is known. */
  constructor(spec: WindowSpec, events: SortedEvents, known: Uint8Array) {
    this.#times = events.eventTimeMs;
    this.#known = known;
    this.#byWindow = spec.windows.map((frame) =>
      frame.kind === "session" ? { frame, newest: -1, oldest: -1 } : undefined,
    );
    this.#runs = this.#byWindow.filter((run) => run !== undefined);
  }

  /** Whether there is anything for it to keep. */
  get isUsed(): boolean {
    return this.#runs.length > 0;
  }

  /** Starts a key whose events begin at place `from`. */
  open(from: number): void {
    this.#from = from;
    for (const run of this.#runs) run.newest = run.oldest = -1;
  }

  /** An event comes to count. */
  insert(place: number): void {
    for (const run of this.#runs) {
      if (run.newest < 0) run.oldest = run.newest = place;
      else if (place > run.newest) {
        if (this.#between(run.newest, place) > run.frame.gapMs) run.oldest = place;
        run.newest = place;
      } else if (place < run.oldest && this.#between(place, run.oldest) <= run.frame.gapMs) {
        run.oldest = this.#oldestFrom(place, run);
      }
    }
  }

  /** Where the session of a window starts at T, epoch ms; T where it holds nothing. */
  startMs(window: number, atMs: number): number {
    const run = this.#byWindow[window];
    if (run === undefined || run.newest < 0) return atMs;
    return sessionStartMs(run.frame, atMs, this.#times[run.newest] ?? 0, this.#times[run.oldest] ?? 0);
  }

  /** The oldest place that leads to one by known events; what lies before the session's longest length is not looked for. */
  #oldestFrom(place: number, { frame, newest }: Run): number {
    let oldest = place;
    for (let next = place - 1; next >= this.#from; next--) {
      if (this.#between(next, oldest) > frame.gapMs || this.#between(next, newest) > frame.maxMs) break;
      if (this.#known[next] === 1) oldest = next;
    }
    return oldest;
  }

  #between(earlier: number, later: number): number {
    return (this.#times[later] ?? 0) - (this.#times[earlier] ?? 0);
  }
}
