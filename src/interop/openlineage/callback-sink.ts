import type { OpenLineageEvent, OpenLineageSink } from "./open-lineage-event.ts";

/** Takes an event; where it returns a promise, the event has arrived when that resolves. */
export type CallbackSink = (event: OpenLineageEvent) => void | Promise<void>;

/**
 * A sink that is a function, as for a queue of the host's or an array.
 *
 * @example
 * ```ts
 * import { callbackSink, type OpenLineageEvent } from "sluice/interop/openlineage";
 * const events: OpenLineageEvent[] = [];
 * const sink = callbackSink((event) => void events.push(event));
 * if (typeof sink.send !== "function") throw new Error("a sink expected");
 * ```
 */
export function callbackSink(take: CallbackSink): OpenLineageSink {
  return {
    send: async (event) => {
      await take(event);
    },
  };
}
