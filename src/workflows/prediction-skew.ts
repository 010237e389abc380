import type { PredictionBatch } from "../contracts/prediction-log.ts";
import type { ServedVectors } from "../contracts/served-vectors.ts";
import type { PredictionRow, SkewFigures, SkewMeter } from "../contracts/skew-meter.ts";
import { requireParts } from "../core/known-options.ts";
import type { FeatureStore } from "../features/store/feature-store.ts";
import { servedOf, type VersionsOfServices } from "./predicted-vectors.ts";

/** What {@link PredictionSkew} works with. */
export interface PredictionSkewOptions {
  readonly features: Pick<FeatureStore, "known" | "skew">;
  readonly models: VersionsOfServices;
}

/** Measures the skew of predictions' features for monitoring: by the feature store, with the service that each version was trained with. */
export class PredictionSkew implements SkewMeter {
  readonly #options: PredictionSkewOptions;

  /** Errors: `argument/invalid` without what it needs. */
  constructor(options: PredictionSkewOptions) {
    requireParts("new PredictionSkew(options)", options, { features: "required", models: "required" });
    this.#options = options;
  }

  async measure(model: string, predictions: readonly PredictionRow[]): Promise<SkewFigures> {
    const { features, models } = this.#options;
    const services = new Map(
      (await models.versions()).filter(({ name }) => name === model).map(({ version, service }) => [version, service]),
    );
    let sum: SkewFigures = nothing;
    const unknown = new Set<string>();
    for (const [version, rows] of byVersion(predictions)) {
      const ref = services.get(version);
      const service = ref === undefined ? undefined : features.known(ref.hash);
      if (ref === undefined || service === undefined) {
        unknown.add(
          ref === undefined
            ? `version ${version} has no feature service`
            : `feature service "${ref.name}" (${ref.hash}) is not registered in this process: apply() it`,
        );
        continue;
      }
      const served = [...byBatch(rows)].map(([batch, places]): ServedVectors => servedOf(batch, places, service));
      const { total, rows: measured, examples } = await features.skew(service, { served: [served], examples: 1 });
      const [first] = examples;
      const worst =
        first === undefined
          ? ""
          : `${first.feature}: served ${first.served}, history ${first.computed} (${first.because})`;
      sum = add(sum, {
        rows: measured,
        cells: total.cells,
        causes: total.causes,
        smape: total.smape,
        worst,
        notMeasured: "",
      });
    }
    return { ...sum, notMeasured: [...unknown].join("; ") };
  }
}

const nothing: SkewFigures = {
  rows: 0,
  cells: 0,
  causes: { definition: 0, late: 0, missing: 0, expired: 0, unexplained: 0 },
  smape: undefined,
  worst: "",
  notMeasured: "",
};

function add(a: SkewFigures, b: SkewFigures): SkewFigures {
  const cells = a.cells + b.cells;
  const { causes } = a;
  return {
    rows: a.rows + b.rows,
    cells,
    causes: {
      definition: causes.definition + b.causes.definition,
      late: causes.late + b.causes.late,
      missing: causes.missing + b.causes.missing,
      expired: causes.expired + b.causes.expired,
      unexplained: causes.unexplained + b.causes.unexplained,
    },
    // Of two versions in one window: the mean, weighted by cells.
    smape:
      a.smape === undefined || b.smape === undefined
        ? (a.smape ?? b.smape)
        : (a.smape * a.cells + b.smape * b.cells) / cells,
    worst: a.causes.definition === 0 && b.causes.definition > 0 ? b.worst : a.worst || b.worst,
    notMeasured: "",
  };
}

function byVersion(predictions: readonly PredictionRow[]): ReadonlyMap<number, readonly PredictionRow[]> {
  return Map.groupBy(predictions, ({ batch, row }) => batch.version[row] ?? -1);
}

function byBatch(predictions: readonly PredictionRow[]): ReadonlyMap<PredictionBatch, readonly number[]> {
  const found = new Map<PredictionBatch, number[]>();
  for (const { batch, row } of predictions) {
    const rows = found.get(batch) ?? [];
    rows.push(row);
    found.set(batch, rows);
  }
  return found;
}
