import type { GateOutcome } from "../../contracts/gate.ts";

/** What a gate does about parts with too few rows to be judged: it stays closed, or judges the others and names these. */
export type OnSmallParts = "fail" | "report";

/** The choices of {@link OnSmallParts}, for what comes without types. */
export const onSmallParts: readonly OnSmallParts[] = ["fail", "report"];

/** A part of the rows: one value of a column. */
export interface RowsPart {
  readonly value: string;
  readonly rows: number;
}

/** Parts that a gate did not judge, or that it cannot tell which ones it did not. */
export interface UnjudgedParts {
  readonly reason: string;
  readonly isKnown: boolean;
}

/** Whether this is a part with counted rows. */
export function isRowsPart(part: unknown): part is RowsPart {
  const { value, rows } = Object(part) as Partial<RowsPart>;
  return typeof value === "string" && typeof rows === "number" && Number.isSafeInteger(rows) && rows >= 0;
}

/** The rows of all parts together. */
export function rowsOf(parts: readonly Pick<RowsPart, "rows">[]): number {
  return parts.reduce((sum, part) => sum + part.rows, 0);
}

const mostNamed = 5;

/** Names the parts that had too few rows, each with its rows; `undefined` where there is none. */
export function smallParts(parts: readonly RowsPart[], not: "compared" | "judged"): UnjudgedParts | undefined {
  if (parts.length === 0) return undefined;
  const named = parts.slice(0, mostNamed).map(({ value, rows }) => `${JSON.stringify(value)} (${rows})`);
  const others = parts.slice(mostNamed);
  const more = others.length > 0 ? ` and ${others.length} more (${rowsOf(others)})` : "";
  return { reason: `not ${not}, of too few rows: ${named.join(", ")}${more}`, isKnown: true };
}

/** The answer about the parts that were judged, and what is to be said of the others: by themselves they close the gate unless it says `report`. */
export function withSmallParts(
  answer: GateOutcome,
  unjudged: UnjudgedParts | undefined,
  small: OnSmallParts,
): GateOutcome {
  if (unjudged === undefined) return answer;
  const reason = `${answer.reason}; ${unjudged.reason}`;
  if (answer.outcome !== "pass" || (unjudged.isKnown && small === "report")) return { ...answer, reason };
  const fix = unjudged.isKnown
    ? 'Evaluate on more rows of these; or let the policy say small: "report", if it is enough that they are named.'
    : "Evaluate again.";
  return { ...answer, outcome: "notMeasured", reason, fix };
}
