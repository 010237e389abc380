import { featureStatus } from "../../contracts/feature-reader.ts";

/** A cell of a vector: the value counts where the status is present. */
export interface VectorCell {
  readonly value: number;
  readonly status: number;
}

/** Whether two cells are the same bit for bit. Where neither has a value, only the statuses count. */
export function cellsEqual(a: VectorCell, b: VectorCell): boolean {
  return a.status === b.status && (a.status !== featureStatus.present || Object.is(a.value, b.value));
}
