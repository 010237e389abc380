import type { OnlineEvents } from "../../contracts/online-store.ts";
import type { WindowEvents } from "../windows/window-reading.ts";
import { type CodedTexts, codedTexts } from "./coded-texts.ts";
import type { WindowedPlan } from "./windowed-plan.ts";

/** The events of one entity with the aggregated columns alone, in the windows' order. */
export interface AggregatedEvents extends WindowEvents {
  /** What the codes of each aggregated column stand for; `undefined` of numbers. */
  readonly dictionaries: readonly (readonly string[] | undefined)[];
}

/** Events as windows aggregate them: texts as codes. */
export function aggregatedEvents(plan: WindowedPlan, events: OnlineEvents): AggregatedEvents {
  const { count, eventTimeMs, knownTimeMs } = events;
  const texts: readonly (CodedTexts | undefined)[] = plan.aggregated.map((at) => {
    const column = events.values[at];
    return column?.kind === "text" ? codedTexts(column.values, count) : undefined;
  });
  return {
    count,
    eventTimeMs,
    knownTimeMs,
    values: plan.aggregated.map((at, column) => {
      const values = events.values[at];
      return texts[column]?.codes ?? (values?.kind === "number" ? values.values : eventTimeMs);
    }),
    present: plan.aggregated.map((at) => events.present[at]),
    dictionaries: texts.map((coded) => coded?.dictionary),
  };
}
