import type { JsonValue } from "../../core/canonical-json.ts";

/** What a strategy says about a value, given those before it. */
export interface AnomalyVerdict {
  /** `insufficientHistory` is never "normal". */
  readonly outcome: "normal" | "anomaly" | "insufficientHistory";
  readonly value: number;
  /** What was expected; undefined without enough history, as are the bounds. */
  readonly expected: number | undefined;
  /** The least value that is normal; −∞ where there is none. */
  readonly lower: number | undefined;
  /** The greatest value that is normal; ∞ where there is none. */
  readonly upper: number | undefined;
  /** The probability that a normal value lies within the bounds; undefined for limits that are simply given. */
  readonly confidence: number | undefined;
}

/** Judges the next value of a series by those before it: plain data and a pure function. */
export interface AnomalyStrategy {
  readonly strategy: string;
  /** Everything that decides the verdict. */
  readonly params: JsonValue;
  /** Judges a value; `history` is the values before it, oldest first. Throws `argument/invalid` for values that are not finite. */
  judge(history: ArrayLike<number>, value: number): AnomalyVerdict;
}
