import type { LeakageMeasurement } from "../../contracts/evaluation-report.ts";
import type { TrainingSet } from "../../contracts/training-set.ts";
import { SluiceError } from "../../core/errors.ts";
import { keyCodes } from "../../table/key-codes.ts";

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
 * Counts the held-out rows that are in the training set by key and event time, and those with the same features and label. A row without a value in its
 * key is not compared. Errors: `definition/invalid` (no key), `data/missing-column`, `table/type-mismatch`.
 */
export function measureLeakage(
  heldOut: TrainingSet,
  content: readonly string[],
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
  const own = keyCodes(heldOut.table, heldOut.table, columns).source;
  return {
    training: training.digest,
    key: columns,
    rows: count(own),
    sharedKeys: count(keyCodes(training.table, heldOut.table, columns).probe),
    equalRows: count(keyCodes(training.table, heldOut.table, content).probe),
  };
}

function count(codes: Int32Array): number {
  let rows = 0;
  for (const code of codes) if (code >= 0) rows++;
  return rows;
}
