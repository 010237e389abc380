import { durationText } from "../../core/duration.ts";
import { kindOf } from "./built-in-names.ts";

/** A number that one of the library's gates answers, for a person, in its unit; `undefined` where it has none. */
export function withUnit(gate: string, value: number): string | undefined {
  switch (kindOf(gate)) {
    case "dataFreshness":
      return durationText(value);
    case "latencyBudget":
      return `${value} ms`;
    case "sizeBudget":
      return `${value} bytes`;
    default:
      return undefined;
  }
}
