import { appendFile } from "node:fs/promises";
import { SluiceError } from "../../core/errors.ts";
import type { OpenLineageSink } from "./open-lineage-event.ts";

/**
 * A sink that appends each event to a file, one JSON text a line, written through to the disk. Errors when sent to: `io/failed`.
 *
 * @example
 * ```ts
 * import { jsonLinesSink } from "sluice/interop/openlineage";
 * const sink = jsonLinesSink("lineage.jsonl");
 * if (typeof sink.send !== "function") throw new Error("a sink expected");
 * ```
 */
export function jsonLinesSink(path: string): OpenLineageSink {
  return {
    send: async (event) => {
      try {
        await appendFile(path, `${JSON.stringify(event)}\n`, { flush: true });
      } catch (cause) {
        throw new SluiceError("io/failed", {
          found: `${cause instanceof Error ? cause.message : String(cause)} (${path})`,
          expected: "a file that this process may write",
          fix: "Check the path and the disk; the events that were not sent are sent the next time.",
          cause,
        });
      }
    },
  };
}
