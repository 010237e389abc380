import { featureStatus } from "../../contracts/feature-reader.ts";

/** Feature vectors as they were served: row-major in the service's feature order. */
export interface LoggedVectors {
  readonly values: Float64Array;
  readonly statuses: Uint8Array;
}

/** How vectors that were served differ from those computed again from history, bit for bit. */
export interface SkewReport {
  /** Cells compared. */
  readonly cells: number;
  /** Cells whose value (under `Object.is`) or status differs. */
  readonly different: number;
  /** Differing cells by feature; features without any are left out. */
  readonly byFeature: { readonly [feature: string]: number };
}

/** Compares two sets of vectors cell by cell. Where neither cell has a value, only the statuses count. */
export function compareVectors(names: readonly string[], logged: LoggedVectors, computed: LoggedVectors): SkewReport {
  const byFeature: { [feature: string]: number } = {};
  let different = 0;
  for (let i = 0; i < computed.values.length; i++) {
    const status = computed.statuses[i];
    const same =
      logged.statuses[i] === status &&
      (status !== featureStatus.present || Object.is(logged.values[i], computed.values[i]));
    if (same) continue;
    different++;
    const name = names[i % names.length] ?? "";
    byFeature[name] = (byFeature[name] ?? 0) + 1;
  }
  return { cells: computed.values.length, different, byFeature };
}
