import type {
  FeatureInputRow,
  FeatureReader,
  FeatureVectors,
  ManyFeatureReader,
  ManyFeatures,
  ManyReadOptions,
  OnlineReadOptions,
} from "../../contracts/feature-reader.ts";
import type { ServiceDefinition } from "../../contracts/feature-service.ts";
import type { Clock } from "../../core/clock.ts";
import { denseVectors } from "./dense-vectors.ts";
import { calledWith } from "./feature-calls.ts";
import type { FeaturesFromEvents } from "./features-from-events.ts";
import type { KnownServices } from "./known-services.ts";
import { instantsOf, manyFeatures } from "./many-features.ts";
import { OnlineFeatures } from "./online-features.ts";
import { requestFrame, requireInstant } from "./request-frame.ts";

/** What {@link OnlineReads} are made of. */
export interface OnlineReadsParts {
  readonly clock: Clock;
  readonly events: FeaturesFromEvents;
  readonly services: KnownServices;
}

/** Reads of features for requests, from the events in the online store: one row as cells, many as columns or as dense vectors. */
export class OnlineReads implements FeatureReader, ManyFeatureReader {
  readonly #parts: OnlineReadsParts;

  constructor(parts: OnlineReadsParts) {
    this.#parts = parts;
  }

  async online<In, F>(
    service: ServiceDefinition<string, In, F>,
    input: NoInfer<In>,
    options: OnlineReadOptions = {},
  ): Promise<{ readonly features: F; readonly atMs: number }> {
    return await calledWith("online", options, async () => {
      const plan = this.#parts.services.planned(service) ?? (await this.#parts.services.plan(service));
      const atMs = options.atMs ?? this.#parts.clock.nowMs();
      if (typeof atMs !== "number") requireInstant("atMs", atMs);
      const frame = requestFrame(service, [input as FeatureInputRow], Float64Array.of(atMs));
      const features = (await this.#parts.events.computeRow(plan, frame, options.signal)) as F;
      return new OnlineFeatures(features, atMs, plan.shape);
    });
  }

  async onlineMany<In, F>(
    service: ServiceDefinition<string, In, F>,
    inputs: readonly NoInfer<In>[],
    options: ManyReadOptions = {},
  ): Promise<ManyFeatures<F>> {
    return await calledWith("onlineMany", options, async () => {
      const plan = this.#parts.services.planned(service) ?? (await this.#parts.services.plan(service));
      const atMs = instantsOf(inputs?.length ?? 0, options.atMs ?? this.#parts.clock.nowMs());
      const frame = requestFrame(service, inputs as readonly FeatureInputRow[], atMs);
      const features = await this.#parts.events.compute(plan, frame, options.signal);
      return manyFeatures(plan.shape, features, atMs) as ManyFeatures<F>;
    });
  }

  async vectors(
    service: ServiceDefinition,
    inputs: readonly FeatureInputRow[],
    options: { readonly atMs?: Float64Array; readonly signal?: AbortSignal } = {},
  ): Promise<FeatureVectors> {
    return await calledWith("vectors", options, async () => {
      const plan = this.#parts.services.planned(service) ?? (await this.#parts.services.plan(service));
      const atMs = options.atMs ?? new Float64Array(inputs?.length ?? 0).fill(this.#parts.clock.nowMs());
      const frame = requestFrame(service, inputs, atMs);
      return denseVectors(service, await this.#parts.events.compute(plan, frame, options.signal), atMs);
    });
  }
}
