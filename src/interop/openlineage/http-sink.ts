import { type Duration, durationMs } from "../../core/duration.ts";
import { SluiceError } from "../../core/errors.ts";
import { pause } from "../../core/pause.ts";
import type { OpenLineageEvent, OpenLineageSink } from "./open-lineage-event.ts";

/** Where and how events are posted. */
export interface HttpSinkOptions {
  /** The server, as in `http://marquez:5000`. */
  readonly url: string;
  /** @default "/api/v1/lineage" */
  readonly endpoint?: string;
  /** Sent as `Authorization: Bearer …`. @default none */
  readonly apiKey?: string;
  /** @default the runtime's */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
  /** Attempts for one event, at least 1. @default 5 */
  readonly attempts?: number;
  /** Waiting before the second attempt; doubled before each further one. @default "200ms" */
  readonly backoff?: Duration;
  /** The longest time for one attempt. @default "10s" */
  readonly timeout?: Duration;
}

/**
 * A sink that posts each event to a server that speaks OpenLineage (Marquez, DataHub, …). What may pass (no answer, 408, 429, 5xx) is tried
 * again, a bounded number of times.
 *
 * Errors when sent to: `io/failed`, with the server's answer; the signal's reason.
 *
 * @example
 * ```ts
 * import { httpSink } from "sluice/interop/openlineage";
 * const sink = httpSink({ url: "http://localhost:5000", fetch: async () => new Response(null, { status: 201 }) });
 * if (typeof sink.send !== "function") throw new Error("a sink expected");
 * ```
 */
export function httpSink(options: HttpSinkOptions): OpenLineageSink {
  const url = new URL(options.endpoint ?? "/api/v1/lineage", options.url).href;
  const attempts = Math.max(1, options.attempts ?? 5);
  const backoffMs = durationMs(options.backoff ?? "200ms");
  return {
    send: async (event, { signal } = {}) => {
      let last: Failure = { text: "no attempt", passing: false };
      for (let attempt = 0; attempt < attempts; attempt++) {
        signal?.throwIfAborted();
        if (attempt > 0) await pause(backoffMs * 2 ** (attempt - 1), signal);
        const failure = await post(url, event, options, signal);
        if (failure === undefined) return;
        last = failure;
        if (!failure.passing) break;
      }
      throw new SluiceError("io/failed", {
        found: `${last.text} from ${url}`,
        expected: "an answer of 2xx to an OpenLineage event",
        fix: "Check the address, the key and the server; the events that were not sent are sent the next time.",
        cause: last.cause,
      });
    },
  };
}

interface Failure {
  readonly text: string;
  /** Another attempt may succeed. */
  readonly passing: boolean;
  readonly cause?: unknown;
}

async function post(
  url: string,
  event: OpenLineageEvent,
  options: HttpSinkOptions,
  signal: AbortSignal | undefined,
): Promise<Failure | undefined> {
  const timeout = AbortSignal.timeout(durationMs(options.timeout ?? "10s"));
  try {
    const answer = await (options.fetch ?? fetch)(url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(options.apiKey !== undefined && { authorization: `Bearer ${options.apiKey}` }),
      },
      body: JSON.stringify(event),
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    });
    const text = await answer.text();
    if (answer.ok) return undefined;
    const passing = answer.status === 408 || answer.status === 429 || answer.status >= 500;
    return { text: `${answer.status} ${text.slice(0, 200)}`.trim(), passing };
  } catch (cause) {
    if (signal?.aborted === true) throw signal.reason;
    return { text: `no answer (${cause instanceof Error ? cause.message : String(cause)})`, passing: true, cause };
  }
}
