import type { z } from "zod";
import { asynchronousCheck } from "./zod-answer.ts";
import { type CellTest, isOtherScalar, refinement, valueSet } from "./cell-test.ts";
import { definitionOf, holdsOnly, type ZodDefinition } from "./zod-definition.ts";

/** A test of numbers, or of instants as epoch milliseconds. */
export interface NumberTest extends CellTest<number> {
  /** The least value that may pass. */
  readonly lo: number;
  /** The greatest value that may pass. */
  readonly hi: number;
  /** Only whole numbers. */
  readonly integer: boolean;
  /** Whether range and wholeness are all that is demanded. */
  readonly plain: boolean;
  /** A whole number of which every multiple in the range passes, where that and wholeness are all that is demanded beside the range. */
  readonly step?: number;
  /** Values at which the verdict may turn, for probing. */
  readonly edges: readonly number[];
}

interface Draft {
  lo: number;
  hi: number;
  integer: boolean;
  readonly edges: number[];
  readonly further: ((value: number) => boolean)[];
  readonly steps: number[];
}

/** Compiles a leaf for numbers. */
export function numberTest(schema: z.core.$ZodType, def: ZodDefinition): NumberTest | "never" | undefined {
  if (def.type === "number") {
    return finish(draft(schema, def, -Number.MAX_VALUE, Number.MAX_VALUE, (value) => value));
  }
  const values = valueSet(schema, def);
  if (values === undefined) return isOtherScalar(def) ? "never" : undefined;
  const numbers = [...values].filter((value) => typeof value === "number");
  const own: Draft = { lo: -Infinity, hi: Infinity, integer: false, edges: numbers, further: [], steps: [] };
  own.further.push((value) => values.has(value));
  return finish(own);
}

/** Compiles a leaf for instants: whole epoch milliseconds within JavaScript's range of dates. */
export function instantTest(schema: z.core.$ZodType, def: ZodDefinition): NumberTest | "never" | undefined {
  if (def.type === "date") return finish(draft(schema, def, -8.64e15, 8.64e15, (value) => new Date(value)));
  return isOtherScalar(def) || valueSet(schema, def) !== undefined ? "never" : undefined;
}

function draft(
  schema: z.core.$ZodType,
  def: ZodDefinition,
  lo: number,
  hi: number,
  input: (value: number) => unknown,
): Draft | undefined {
  if (def["coerce"] === true || !holdsOnly(def, ["check", "format", "coerce"])) return undefined;
  const own: Draft = { lo, hi, integer: false, edges: [lo, hi], further: [], steps: [] };
  const checks = (def.checks ?? []).map((check) => ({ check, def: definitionOf(check) }));
  if (def["check"] !== undefined && !narrow(own, def, undefined, input)) return undefined;
  for (const { check, def: rule } of checks) if (!narrow(own, rule, check, input)) return undefined;
  return schema._zod.def.checks === undefined || checks.length === schema._zod.def.checks.length ? own : undefined;
}

function finish(own: Draft | undefined): NumberTest | undefined {
  if (own === undefined) return undefined;
  const { lo, hi, integer, further, edges, steps } = own;
  const [only] = further;
  const [step] = steps;
  const rest =
    only === undefined || further.length > 1 ? (value: number) => further.every((test) => test(value)) : only;
  const passes = (value: number): boolean =>
    value >= lo && value <= hi && (!integer || Math.floor(value) === value) && rest(value);
  const sole = step !== undefined && further.length === 1 ? { step } : {};
  return { lo, hi, integer, edges, plain: further.length === 0, passes, ...sole };
}

/** The ranges of zod's number formats. */
const formatRanges: { readonly [format: string]: readonly [number, number] } = {
  safeint: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  int32: [-2147483648, 2147483647],
  uint32: [0, 4294967295],
  float32: [-3.4028234663852886e38, 3.4028234663852886e38],
  float64: [-Number.MAX_VALUE, Number.MAX_VALUE],
};

type ZodCheck = NonNullable<ZodDefinition["checks"]>[number];

/** Narrows a draft by a check; answers false for a check that is not known. */
function narrow(own: Draft, rule: ZodDefinition, check: ZodCheck | undefined, input: (v: number) => unknown): boolean {
  switch (rule["check"]) {
    case "number_format":
      return narrowFormat(own, rule);
    case "greater_than":
    case "less_than":
      return narrowBound(own, rule, rule["check"] === "greater_than");
    case "multiple_of":
      return check !== undefined && addMultiple(own, rule, check);
    case "custom": {
      const fn = refinement(rule);
      if (fn !== undefined) own.further.push((value) => truthy(fn(input(value))));
      return fn !== undefined;
    }
    default:
      return false;
  }
}

/** What a refinement answered, as zod takes it. Throws `definition/invalid` for a promise. */
export function truthy(answer: unknown): boolean {
  if (answer instanceof Promise) throw asynchronousCheck(answer);
  return Boolean(answer);
}

function narrowFormat(own: Draft, rule: ZodDefinition): boolean {
  const format = String(rule["format"]);
  const range = formatRanges[format];
  if (range === undefined || !holdsOnly(rule, ["check", "format", "coerce"])) return false;
  own.lo = Math.max(own.lo, range[0]);
  own.hi = Math.min(own.hi, range[1]);
  own.edges.push(...range);
  if (format.includes("int")) own.integer = true;
  return true;
}

/** Strict bounds become the neighbouring double, so that a loop compares once a side. */
function narrowBound(own: Draft, rule: ZodDefinition, lower: boolean): boolean {
  const raw = rule["value"];
  const bound = raw instanceof Date ? raw.getTime() : raw;
  if (typeof bound !== "number" || Number.isNaN(bound) || !holdsOnly(rule, ["check", "value", "inclusive"]))
    return false;
  own.edges.push(bound);
  const inclusive = rule["inclusive"] === true;
  if (lower) own.lo = Math.max(own.lo, inclusive ? bound : nextUp(bound));
  else own.hi = Math.min(own.hi, inclusive ? bound : -nextUp(-bound));
  return true;
}

/** Up to here a quotient is told from a whole number by more than zod's tolerance, whatever that is. */
const exactMultiples = 2 ** 49;

/** Whole numbers are divided as such; for others zod's check is called, since its tolerance is its own. */
function addMultiple(own: Draft, rule: ZodDefinition, check: ZodCheck): boolean {
  const step = rule["value"];
  if (typeof step !== "number" || !holdsOnly(rule, ["check", "value"])) return false;
  const whole = Number.isInteger(step) && step > 0 && step <= exactMultiples;
  const small = whole && step <= 0x7fffffff ? step | 0 : 0;
  own.edges.push(step, -step, step * 3, step * 2.5, step * 1e6, step * (1e6 + 0.5));
  if (small > 0) own.steps.push(small);
  own.further.push((value) => {
    if (small > 0 && (value | 0) === value) return (value | 0) % small === 0;
    if (whole && Number.isInteger(value) && Math.abs(value) <= exactMultiples) return value % step === 0;
    return passesCheck(check, value);
  });
  return true;
}

/** Calls one of zod's checks. */
function passesCheck(check: ZodCheck, value: unknown): boolean {
  const issues: never[] = [];
  const run: (payload: { value: never; issues: never[] }) => unknown = check._zod.check;
  Reflect.apply(run, check, [{ value, issues }]);
  return issues.length === 0;
}

const bits = new DataView(new ArrayBuffer(8));

/** The next double above a number. */
export function nextUp(value: number): number {
  if (value === Infinity || Number.isNaN(value)) return value;
  if (value === 0) return Number.MIN_VALUE;
  bits.setFloat64(0, value);
  bits.setBigInt64(0, bits.getBigInt64(0) + (value > 0 ? 1n : -1n));
  return bits.getFloat64(0);
}
