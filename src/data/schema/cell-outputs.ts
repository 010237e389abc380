import type { RowMarks } from "./row-marks.ts";

/** What a field makes of a cell that holds no value. */
export interface MissingAnswer {
  readonly ok: boolean;
  /** The output; `undefined` is none. */
  readonly value: unknown;
}

/** What a field makes of null and of an absent cell, worked out when first needed. */
export interface MissingAnswers {
  readonly onNull: () => MissingAnswer;
  readonly onAbsent: () => MissingAnswer;
}

/** What present cells became, by row; `undefined` where every accepted one stayed as it was. */
export type Outputs = ((row: number) => unknown) | undefined;

/** What a field's cells became. */
export interface CellOutputs {
  readonly outputs: Outputs;
  readonly onNull: MissingAnswer;
  readonly onAbsent: MissingAnswer;
  /** Rows whose output does not matter. */
  readonly marks: RowMarks;
}
