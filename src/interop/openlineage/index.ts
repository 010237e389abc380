/**
 * Lineage as OpenLineage events (spec 2-0-2), told from a workspace's durable feed.
 *
 * @module sluice/interop/openlineage
 */

export { type CallbackSink, callbackSink } from "./callback-sink.ts";
export { fileCursor } from "./file-cursor.ts";
export { type HttpSinkOptions, httpSink } from "./http-sink.ts";
export { type FailedIngest, failedIngestEvents, ingestEvents } from "./ingest-events.ts";
export { jsonLinesSink } from "./json-lines-sink.ts";
export {
  type Following,
  type LineageCursor,
  type LineageWorkspace,
  memoryCursor,
  type OpenLineage,
  type OpenLineageOptions,
  openLineage,
} from "./open-lineage.ts";
export type { OpenLineageDataset, OpenLineageEvent, OpenLineageFacets, OpenLineageSink } from "./open-lineage-event.ts";
