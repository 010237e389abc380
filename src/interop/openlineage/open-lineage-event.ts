import type { JsonValue } from "../../core/canonical-json.ts";

/** Facets by their name; each says who made it (`_producer`) and by which schema (`_schemaURL`). */
export type OpenLineageFacets = { readonly [name: string]: { readonly [key: string]: JsonValue } };

/** A dataset that a run read or wrote. */
export interface OpenLineageDataset {
  readonly namespace: string;
  readonly name: string;
  readonly facets: OpenLineageFacets;
  readonly inputFacets?: OpenLineageFacets;
  readonly outputFacets?: OpenLineageFacets;
}

/** A run event of OpenLineage 2-0-2, as the library writes it. */
export interface OpenLineageEvent {
  readonly eventType: "START" | "COMPLETE" | "FAIL" | "ABORT";
  /** ISO 8601, UTC. */
  readonly eventTime: string;
  readonly producer: string;
  readonly schemaURL: string;
  readonly run: { readonly runId: string; readonly facets: OpenLineageFacets };
  readonly job: { readonly namespace: string; readonly name: string; readonly facets: OpenLineageFacets };
  readonly inputs: readonly OpenLineageDataset[];
  readonly outputs: readonly OpenLineageDataset[];
}

/** Where events go. */
export interface OpenLineageSink {
  /** Resolves when the event has arrived; rejects when it has not. It may come again after a crash, with equal content. */
  send(event: OpenLineageEvent, options?: { readonly signal?: AbortSignal }): Promise<void>;
}
