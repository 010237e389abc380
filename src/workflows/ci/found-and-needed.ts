import { withUnit } from "../../registry/gates/with-unit.ts";
import type { CiCaseReport } from "./ci-report.ts";

/** The two numbers of a case in words, `undefined` where it does not have both. Those of the registry's gates come with their units. */
export function foundAndNeeded(kind: string, { name, measured, bound }: CiCaseReport): string | undefined {
  if (measured === undefined || bound === undefined) return undefined;
  const text = (value: number): string => (kind === "gate" ? withUnit(name, value) : undefined) ?? String(value);
  return `found ${text(measured)}, needed ${text(bound)}`;
}
