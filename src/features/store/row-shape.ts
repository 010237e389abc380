import type { FeatureCell, ServiceDefinition } from "../../contracts/feature-service.ts";
import type { CellTag, ColumnType } from "../../core/cell-type.ts";

/** One row's features as typed cells by name. */
export type FeatureRow = { readonly [name: string]: FeatureCell<ColumnType> };

/** What every row of a service's features has in common. */
export interface RowShape {
  readonly names: readonly string[];
  readonly tags: readonly CellTag[];
  /** Rows begin as copies of one object with all names: the engine then keeps one shape for them all. */
  readonly empty: FeatureRow;
}

/** The cell of a feature of which nothing is known. */
export const missingCell: FeatureCell<ColumnType> = Object.freeze({ status: "missing" });

/** The shape of a service's rows. */
export function rowShape({ features }: ServiceDefinition): RowShape {
  const names = features.map(({ name }) => name);
  return {
    names,
    tags: features.map(({ type }) => type.tag),
    empty: Object.fromEntries(names.map((name) => [name, missingCell])),
  };
}
