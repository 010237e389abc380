import type { DatasetReader } from "../../contracts/dataset-version.ts";
import type { OnlineStore } from "../../contracts/online-store.ts";
import type { Digest } from "../../core/digest.ts";
import { type InputFrame, keysOf } from "../store/frame.ts";
import { entityKeys } from "../store/entity-keys.ts";
import type { WindowedPlan } from "../store/windowed-plan.ts";
import { type EventRecord, recordAt, relevantAt } from "./event-record.ts";
import { historyEvents } from "./history-events.ts";

/** The events that counted at T for a row's entity, in history and in the online store. */
export interface EntityEvents {
  readonly history: readonly EventRecord[];
  /** `undefined` = the online store no longer holds all of them. */
  readonly online: readonly EventRecord[] | undefined;
}

/** What {@link entityEvents} reads from. */
export interface EventSources {
  readonly datasets: DatasetReader;
  readonly online: OnlineStore;
  readonly version: Digest;
  /** The rows that are asked about. */
  readonly frames: readonly InputFrame[];
  /** The earliest instant they were served at, epoch ms. */
  readonly fromMs: number;
  readonly signal: AbortSignal | undefined;
}

/** Reads a view's history once, and answers for each of the rows. */
export async function entityEvents(
  plan: WindowedPlan,
  { datasets, online, version, frames, fromMs, signal }: EventSources,
): Promise<(frame: InputFrame) => Promise<EntityEvents>> {
  const keys = new Set(frames.flatMap((frame) => keyTextsOf(plan, frame)));
  const history = await historyEvents(plan, { datasets, version, keys, fromMs, signal });
  return async (frame) => {
    const [key] = keyTextsOf(plan, frame);
    const [atMs = Number.NaN] = frame.atMs;
    if (key === undefined) return { history: [], online: [] };
    const { events, keptFromMs } = await online.readEvents(plan.view.hash, [key], atMs - plan.reachMs, { signal });
    const [found] = events;
    const held = Array.from({ length: found?.count ?? 0 }, (_, at) =>
      found === undefined ? [] : [recordAt(found, at, undefined)],
    ).flat();
    return {
      history: relevantAt(history.get(key) ?? [], plan, atMs),
      online: atMs - plan.windowReachMs >= keptFromMs ? relevantAt(held, plan, atMs) : undefined,
    };
  };
}

function keyTextsOf(plan: WindowedPlan, frame: InputFrame): readonly string[] {
  return entityKeys(keysOf(plan, frame), plan.keys).keys;
}
