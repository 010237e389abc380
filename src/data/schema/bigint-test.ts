import type { z } from "zod";
import { type CellTest, isOtherScalar } from "./cell-test.ts";
import { definitionOf, holdsOnly, type ZodDefinition } from "./zod-definition.ts";

/** A test of 64-bit integers: a range. */
export interface BigintTest extends CellTest<bigint> {
  readonly lo: bigint;
  readonly hi: bigint;
}

const least = -(2n ** 63n);
const greatest = 2n ** 63n - 1n;

/** Compiles a leaf for 64-bit integers. Bounds beyond 64 bits are drawn in: a range that holds nothing has `lo > hi`. */
export function bigintTest(_schema: z.core.$ZodType, def: ZodDefinition): BigintTest | "never" | undefined {
  if (def.type !== "bigint") return isOtherScalar(def) ? "never" : undefined;
  if (def["coerce"] === true || !holdsOnly(def, ["check", "format", "coerce"])) return undefined;
  const range = { lo: least, hi: greatest };
  if (def["check"] !== undefined && !narrow(range, def)) return undefined;
  for (const check of def.checks ?? []) if (!narrow(range, definitionOf(check))) return undefined;
  const { lo, hi } = range;
  return { lo, hi, passes: (value) => value >= lo && value <= hi };
}

function narrow(range: { lo: bigint; hi: bigint }, rule: ZodDefinition): boolean {
  if (rule["check"] === "bigint_format") {
    if (!holdsOnly(rule, ["check", "format", "coerce"])) return false;
    if (rule["format"] === "int64") return true;
    if (rule["format"] === "uint64") range.lo = range.lo > 0n ? range.lo : 0n;
    return rule["format"] === "uint64";
  }
  const value = rule["value"];
  const step = rule["inclusive"] === true ? 0n : 1n;
  if (typeof value !== "bigint" || !holdsOnly(rule, ["check", "value", "inclusive"])) return false;
  if (rule["check"] === "greater_than") range.lo = range.lo > value + step ? range.lo : value + step;
  else if (rule["check"] === "less_than") range.hi = range.hi < value - step ? range.hi : value - step;
  else return false;
  return true;
}
