import type { Change } from "../../contracts/change-feed.ts";
import type { IngestRecord } from "../../contracts/ingest-record.ts";
import type { WorkspaceEvents } from "../../contracts/workspace-events.ts";
import { SluiceError } from "../../core/errors.ts";
import { failedIngestEvents, ingestEvents } from "./ingest-events.ts";
import type { OpenLineageEvent, OpenLineageSink } from "./open-lineage-event.ts";

/** What is needed of a workspace. */
export interface LineageWorkspace {
  /** The durable feed. */
  changes(options?: { readonly after?: number; readonly limit?: number }): Promise<readonly Change[]>;
  /** Calls the listener at each event. */
  on<K extends keyof WorkspaceEvents & string>(name: K, listener: (payload: WorkspaceEvents[K]) => void): () => void;
}

/** A feed that is followed. */
export interface Following {
  /** Ends it; resolves when all is sent. */
  stop(): Promise<void>;
}

/** Remembers how far the feed was told. */
export interface LineageCursor {
  /** The last position that was told; 0 = none. */
  read(): Promise<number>;
  /** Remembers a position. */
  write(position: number): Promise<void>;
}

/** What {@link openLineage} takes. */
export interface OpenLineageOptions {
  readonly sink: OpenLineageSink;
  /** The namespace of jobs, and of datasets of the workspace. */
  readonly namespace: string;
  /** A URI that names what tells: your pipeline's code. */
  readonly producer: string;
  /** @default in memory, from the feed's beginning */
  readonly cursor?: LineageCursor;
}

/** Tells a workspace's ingests. */
export interface OpenLineage {
  /** Sends what the feed has after the cursor, in order; answers how many events were sent. Errors: those of the sink and of the cursor. */
  send(workspace: LineageWorkspace, options?: { readonly signal?: AbortSignal }): Promise<number>;
  /**
   * Sends now and after each ingest, until it is stopped; `stop` resolves when all is sent. Ingests that threw (FAIL, ABORT) are told only
   * while following: they changed nothing, so the feed does not have them.
   *
   * @param options - `onError`: told when a sending failed; the next one begins where it ended. Default: `stop` rejects with the last error.
   */
  follow(workspace: LineageWorkspace, options?: { readonly onError?: (error: unknown) => void }): Following;
}

const page = 200;

/**
 * A cursor that lasts as long as the process.
 *
 * @example
 * ```ts
 * import { memoryCursor } from "sluice/interop/openlineage";
 * const cursor = memoryCursor();
 * await cursor.write(17);
 * if ((await cursor.read()) !== 17) throw new Error("it goes on after 17");
 * ```
 */
export function memoryCursor(position = 0): LineageCursor {
  let told = position;
  return {
    read: async () => told,
    write: async (next) => {
      told = next;
    },
  };
}

/**
 * Tells ingests as OpenLineage events: one START and one COMPLETE (committed), FAIL (blocked, or threw) or ABORT a run, with schema,
 * version, data-quality, column-lineage and statistics facets. They are read from the workspace's durable feed, so a process that dies
 * loses none: with a durable cursor the next one goes on, and an event that is sent twice has the same content and run id.
 *
 * Both events of a run are sent at its end. Errors: `argument/invalid` for a producer that is no URI or an empty namespace.
 *
 * @example
 * ```ts
 * import { openWorkspace } from "sluice";
 * import { callbackSink, type OpenLineageEvent, openLineage } from "sluice/interop/openlineage";
 *
 * const ws = await openWorkspace(".sluice-lineage-example");
 * const events: OpenLineageEvent[] = [];
 * const lineage = openLineage({
 *   sink: callbackSink((event) => void events.push(event)),
 *   namespace: "shop",
 *   producer: "https://example.org/pipeline",
 * });
 * if ((await lineage.send(ws)) !== events.length) throw new Error("as many as were sent");
 * await ws.close();
 * ```
 */
export function openLineage(options: OpenLineageOptions): OpenLineage {
  const { sink, namespace, producer } = options;
  requireTeller(namespace, producer);
  const cursor = options.cursor ?? memoryCursor();
  const teller = { namespace, producer };
  // One piece of work at a time: two that read the same cursor would tell twice.
  let queue: Promise<unknown> = Promise.resolve();
  const inTurn = <R>(work: () => Promise<R>): Promise<R> => {
    const next = queue.then(work);
    queue = next.catch(() => undefined); // its caller gets the error
    return next;
  };
  const sendAll = async (events: readonly OpenLineageEvent[], signal?: AbortSignal): Promise<void> => {
    for (const event of events) await sink.send(event, signal === undefined ? {} : { signal });
  };
  const send: OpenLineage["send"] = (workspace, { signal } = {}) =>
    inTurn(async () => {
      let sent = 0;
      for (let after = await cursor.read(); ; ) {
        const changes = await workspace.changes({ after, limit: page });
        for (const change of changes) {
          signal?.throwIfAborted();
          const events = eventsOf(change, teller);
          await sendAll(events, signal);
          sent += events.length;
          after = change.position;
          if (events.length > 0) await cursor.write(after);
        }
        if (changes.length > 0) await cursor.write(after);
        if (changes.length < page) return sent;
      }
    });
  return {
    send,
    follow: (workspace, { onError } = {}) => {
      let last: { readonly error: unknown } | undefined;
      const attempt = (work: Promise<unknown>): void => {
        work.then(
          () => {
            last = undefined;
          },
          (error: unknown) => {
            last = { error };
            onError?.(error);
          },
        );
      };
      const feed = (): void => attempt(send(workspace));
      const stops = [
        workspace.on("dataset.committed", feed),
        workspace.on("batch.blocked", feed),
        workspace.on("ingest.failed", (failed) => attempt(inTurn(() => sendAll(failedIngestEvents(failed, teller))))),
      ];
      feed();
      return {
        stop: async () => {
          for (const stop of stops) stop();
          await queue;
          if (last !== undefined && onError === undefined) throw last.error;
        },
      };
    },
  };
}

function eventsOf(change: Change, teller: { readonly namespace: string; readonly producer: string }) {
  if (change.kind !== "ingest.ended") return [];
  return ingestEvents(recordOf(change), change.timeMs, teller);
}

function recordOf({ payload, position }: Change): IngestRecord {
  // The library's own change, valid by its schema; what a newer version writes is refused.
  const record = payload as object as IngestRecord;
  if (record.schema === 1) return record;
  throw new SluiceError("data/malformed-source", {
    found: `an ingest of format ${String(record.schema)} at position ${position} of the feed`,
    expected: "format 1",
    fix: "Tell this workspace's lineage with the version of the library that wrote it.",
  });
}

function requireTeller(namespace: string, producer: string): void {
  if (namespace !== "" && URL.canParse(producer)) return;
  throw new SluiceError("argument/invalid", {
    found: `namespace ${JSON.stringify(namespace)}, producer ${JSON.stringify(producer)}`,
    expected: "a namespace that is not empty, and a producer that is a URI",
    fix: "Name the producer by the address of your pipeline's code, as in https://github.com/you/pipeline.",
  });
}
