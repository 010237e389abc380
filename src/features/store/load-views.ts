import type { FeaturesFromHistory } from "./features-from-history.ts";
import { type MaterializeInput, materializeViews } from "./materialize-views.ts";
import type { MaterializeOptions, PushResult } from "./push-events.ts";
import { requireInstant } from "./request-frame.ts";
import type { WindowedPlan } from "./service-plan.ts";

/** What history is loaded with. */
export interface LoadWiring extends Pick<MaterializeInput, "online" | "offline" | "datasets" | "log" | "retention"> {
  readonly history: FeaturesFromHistory;
}

/** Loads views from the versions that are named, or the newest. Errors: `argument/invalid` (an instant), those of {@link materializeViews}. */
export async function loadViews(
  { history, online, offline, datasets, log, retention }: LoadWiring,
  plans: readonly WindowedPlan[],
  options: MaterializeOptions,
): Promise<PushResult> {
  requireInstant("to", options.to);
  if (options.from !== undefined) requireInstant("from", options.from);
  const sources = await history.versions(plans, options.sources);
  const reading: MaterializeInput["reading"] = async (view, work) =>
    await history.reading(view, sources, options, work);
  return await materializeViews({ ...options, online, offline, datasets, log, retention, plans, sources, reading });
}
