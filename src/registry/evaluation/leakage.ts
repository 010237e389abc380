import type { LeakageMeasurement } from "../../contracts/evaluation-report.ts";
import type { TrainingSet } from "../../contracts/training-set.ts";
import { SluiceError } from "../../core/errors.ts";
import { keyCodes } from "../../table/key-codes.ts";
import { withVectorCells } from "../../table/with-vector-cells.ts";

/** What held-out rows are compared with, and by what. */
export interface LeakageOptions {
  /** The training set of the run that the version is of. */
  readonly training: TrainingSet;
  /** The columns that say which row is which, in both sets. */
  readonly key: readonly string[];
  /** The column of the event time, part of what makes two rows one. @default none: rows with the same key are one row at any time */
  readonly eventTime?: string;
}

/**
 * Counts the measured rows that are in the training set by key and event time, and those with the same features and label. A row without a value in its
 * key is not compared. Errors: `definition/invalid` (no key), `data/missing-column`, `table/type-mismatch`.
 *
 * @param measured - Their places in the held-out table, ascending.
 */
export function measureLeakage(
  heldOut: TrainingSet,
  content: readonly string[],
  measured: Int32Array,
  { training, key, eventTime }: LeakageOptions,
): LeakageMeasurement {
  const columns = [...key, ...(eventTime === undefined ? [] : [eventTime])];
  if (key.length === 0) {
    throw new SluiceError("definition/invalid", {
      found: "a leakage guard without a key",
      expected: "the columns that say which row is which",
      fix: 'Name them, as in key: ["flight_id"], eventTime: "date".',
    });
  }
  const seen = withVectorCells(training.table, content);
  const own = keyCodes(heldOut.table, heldOut.table, columns).source;
  const compared = measured.filter((row) => (own[row] as number) >= 0);
  return {
    training: training.digest,
    key: columns,
    rows: compared.length,
    sharedKeys: count(keyCodes(seen, heldOut.table, columns).probe, compared),
    equalRows: count(keyCodes(seen, heldOut.table, content).probe, compared),
  };
}

function count(codes: Int32Array, rows: Int32Array): number {
  let found = 0;
  for (const row of rows) if ((codes[row] as number) >= 0) found++;
  return found;
}
