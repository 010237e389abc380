import type { ServiceDefinition } from "../../contracts/feature-service.ts";
import type { PushResult } from "../../features/store/push-events.ts";
import { badField, type FeastFields, flagField, textsField } from "./feast-body.ts";
import { instantField } from "./feast-cells.ts";
import { unknown } from "./feast-names.ts";
import type { FeastOptions } from "./feast-options.ts";
import { type SourceView, windowedViews } from "./source-views.ts";

/** What is to be materialized. */
export interface MaterializeRequest {
  /** The names of the windowed views that are loaded, those of one service together. */
  readonly views: readonly string[];
  readonly services: readonly ServiceDefinition[];
  readonly from: number | undefined;
  readonly to: number;
}

/**
 * Reads a request to `/materialize` or `/materialize-incremental`: all services, or those with one of the `feature_views`.
 * Errors: `features/unknown-feature` (a view), `argument/invalid`.
 */
export function materializeRequest(
  options: FeastOptions,
  fields: FeastFields,
  kind: "full" | "incremental",
): MaterializeRequest {
  for (const field of ["version", "disable_event_timestamp"]) {
    const value = fields.get(field) ?? false;
    if (value !== false) throw badField(field, value, "none: it is not served here");
  }
  flagField(fields, "full_feature_names");
  const to = instantField("end_ts", fields.get("end_ts"));
  const from = kind === "full" ? instantField("start_ts", fields.get("start_ts")) : undefined;
  if (from !== undefined && from > to) throw badField("start_ts", fields.get("start_ts"), 'an instant before "end_ts"');
  const only = textsField(fields, "feature_views");
  const known = new Set(options.services.flatMap(namesOf));
  for (const name of only ?? []) {
    if (known.has(name)) continue;
    const found = `the feature view ${JSON.stringify(name)}`;
    throw unknown(found, "a windowed view of a service that is served", 404, "FeatureViewNotFoundException");
  }
  const services = options.services.filter((service) => {
    const names = namesOf(service);
    return names.length > 0 && (only === undefined || names.some((name) => only.includes(name)));
  });
  return { views: [...new Set(services.flatMap(namesOf))], services, from, to };
}

/**
 * Loads what was asked for. What windows at `end_ts` reach is always loaded: a later `start_ts` would leave windows that see a part for the
 * whole. An earlier one loads further back. Errors: `data/version-not-found`, `features/busy`, `features/not-kept`.
 */
export async function materialize(
  options: FeastOptions,
  { services, from, to }: MaterializeRequest,
  signal?: AbortSignal,
): Promise<PushResult> {
  const total = { views: 0, events: 0, skipped: 0 };
  for (const service of services) {
    const further = from !== undefined && from < to - reachMs(windowedViews(service)) ? { from } : {};
    const stopped = signal === undefined ? {} : { signal };
    const loaded = await options.features.materialize(service, { to, ...stopped, ...further });
    total.views += loaded.views;
    total.events += loaded.events;
    total.skipped += loaded.skipped;
  }
  return total;
}

function namesOf(service: ServiceDefinition): readonly string[] {
  return windowedViews(service).map(({ view }) => view.name);
}

/** How far back from an instant the windows of views can begin. */
function reachMs(views: readonly SourceView[]): number {
  const windows = views.flatMap(({ view }) => (view.body.kind === "windowed" ? Object.values(view.body.windows) : []));
  return windows.reduce((reach, { window }) => Math.max(reach, window.reachMs), 0);
}
