import { lowerBound } from "../../core/lower-bound.ts";
import { mostFrequentOf } from "./most-frequent-of.ts";
import { newestValues } from "./newest-values.ts";
import { eachValue, type WindowReading } from "./window-reading.ts";
import { quantileBy } from "./window-ranks.ts";
import type { WindowSpec } from "./window-spec.ts";
import { setList, type WindowStates } from "./window-states.ts";

/** The last values. */
export function findTails(
  spec: WindowSpec,
  { events, atMs, end, starts, order }: WindowReading,
  column: number,
  states: WindowStates,
): void {
  const { eventTimeMs, knownTimeMs } = events;
  const values = events.values[column] ?? eventTimeMs;
  const timed = { values, present: events.present[column], eventTimeMs, knownTimeMs };
  spec.features.forEach((feature, i) => {
    if (feature.aggregate !== "lastK" || feature.column !== column || !order.includes(feature.window)) return;
    const first = lowerBound(eventTimeMs, starts[feature.window] ?? 0, 0, end);
    const isKnown = (place: number): boolean => (knownTimeMs[place] ?? 0) <= atMs;
    setList(states, i, newestValues(timed, feature.k ?? 1, first, end, isKnown));
  });
}

/** Distinct values, quantiles and the most frequent values. */
export function rankValues(
  spec: WindowSpec,
  reading: WindowReading,
  column: number,
  at: (window: number) => number,
  states: WindowStates,
): void {
  const held: number[] = [];
  eachValue(
    reading,
    column,
    (value) => held.push(value + 0),
    (window) => {
      const sorted = Float64Array.from(held).sort();
      // Where each distinct value begins; NaN is the last.
      const begins: number[] = [];
      for (let i = 0; i < sorted.length; i++)
        if (i === 0 || !(sorted[i] === sorted[i - 1] || Number.isNaN(sorted[i - 1]))) begins.push(i);
      states.distincts[at(window)] = begins.length;
      if (sorted.length === 0) return;
      spec.features.forEach((feature, i) => {
        if (feature.window !== window || feature.column !== column) return;
        if (feature.p !== undefined) states.quantiles[i] = quantileBy(sorted.length, feature.p, (k) => sorted[k] ?? 0);
        if (feature.aggregate === "mostFrequent") {
          const countOf = (place: number): number => (begins[place + 1] ?? sorted.length) - (begins[place] ?? 0);
          const places = mostFrequentOf(feature.k ?? 1, begins.length, countOf);
          setList(
            states,
            i,
            Float64Array.from(places, (place) => sorted[begins[place] ?? 0] ?? 0),
          );
        }
      });
    },
  );
}
