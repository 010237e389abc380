import type { ManyReadOptions, OnlineReadOptions } from "../../contracts/feature-reader.ts";
import { SluiceError } from "../../core/errors.ts";
import { type OptionNames, requireOptions } from "../../core/known-options.ts";
import type { CatalogQuery } from "../catalog/catalog-page.ts";
import type { NearestOptions } from "../nearest/nearest-entities.ts";
import type { FlushOptions } from "../push/flush-pushes.ts";
import type { PushOptions } from "../push/push-rows.ts";
import type { ServedOptions } from "../skew/newest-served.ts";
import type { SkewOptions } from "../skew/skew-options.ts";
import type { CollectOptions } from "./collect-views.ts";
import type { ProfileOptions, ReplayOptions, TrainingOptions } from "./feature-store-options.ts";
import type { BackfillOptions, MaterializeOptions } from "./push-events.ts";
import { withinSignal } from "./within-signal.ts";

/** What each call takes as its options. */
interface CallOptions {
  readonly backfill: BackfillOptions;
  readonly catalog: CatalogQuery;
  readonly collect: CollectOptions;
  readonly flush: FlushOptions;
  readonly materialize: MaterializeOptions;
  readonly nearest: NearestOptions;
  readonly online: OnlineReadOptions;
  readonly onlineMany: ManyReadOptions;
  readonly profile: ProfileOptions;
  readonly push: PushOptions;
  readonly replay: ReplayOptions;
  readonly served: ServedOptions;
  readonly skew: SkewOptions;
  readonly training: TrainingOptions;
  readonly vectors: { readonly atMs?: Float64Array; readonly signal?: AbortSignal };
}

const ended = { signal: "optional" } as const;
const work = { ...ended, onProgress: "optional" } as const;
const read = { ...ended, atMs: "optional" } as const;
const replayed = { ...work, sources: "optional" } as const;
const served = { fromMs: "optional", toMs: "optional", rate: "optional" } as const;
const loaded = { ...replayed, to: "required", wait: "optional", lease: "optional", rowsAtOnce: "optional" } as const;

/** The options of each call; types see to it that none is left out. */
const names: { readonly [C in keyof CallOptions]: OptionNames<CallOptions[C]> } = {
  backfill: { from: "required", ...loaded },
  catalog: {
    text: "optional",
    name: "optional",
    owner: "optional",
    tag: "optional",
    entity: "optional",
    column: "optional",
  },
  collect: { dryRun: "optional", ...ended },
  flush: { onFailure: "optional", ...work },
  materialize: { from: "optional", ...loaded },
  nearest: { k: "required", metric: "optional", among: "optional", ...read },
  online: read,
  onlineMany: read,
  profile: { sampleRows: "optional" },
  push: { to: "optional", ...ended },
  replay: replayed,
  served: { ...served, limit: "optional" },
  skew: { ...served, ...replayed, served: "optional", explainRows: "optional", examples: "optional" },
  training: { spine: "required", at: "required", ...replayed, profile: "optional" },
  vectors: read,
};

/**
 * The outcome of a call of the feature store, within its signal where it has one. Errors: `argument/invalid` for options that the call does not
 * have, or without those that it needs; what {@link withinSignal} says.
 */
export async function calledWith<R>(call: keyof CallOptions, options: object, work: () => Promise<R>): Promise<R> {
  requireOptions(`features.${call}()`, options, names[call]);
  const { signal }: { readonly signal?: AbortSignal } = options;
  if (signal !== undefined && typeof signal.throwIfAborted !== "function")
    throw new SluiceError("argument/invalid", {
      found: `a signal of features.${call}() that is none`,
      expected: "an AbortSignal",
      fix: "Pass AbortSignal.timeout(ms), or the signal of an AbortController.",
    });
  return await withinSignal(signal, work);
}
