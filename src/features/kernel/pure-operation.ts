import { SluiceError } from "../../core/errors.ts";
import type { ColumnType } from "../../core/cell-type.ts";
import type { PureFunction } from "../../contracts/expression.ts";
import type { Kind, Operation, Value } from "./operations/operation.ts";

/** A function of the host as an operation: called only where every argument has a value. */
export function pureOperation(pure: PureFunction): Operation {
  const { takes, gives } = pure;
  return {
    form: "partial",
    takes: takes.map(kindOf),
    gives: kindOf(gives),
    make: () => {
      const booleans = takes.map((type) => type.tag === "bool");
      const given = (value: Value, i: number): number | string | boolean =>
        booleans[i] === true || typeof value === "object" ? value !== 0 : value;
      return (...values) => registerValue(pure, pure.run(...values.map(given)));
    },
  };
}

function kindOf(type: ColumnType): Kind {
  return type.tag === "utf8" ? "text" : "number";
}

/** The result as a register holds it. Throws `definition/invalid` for a value that is not of the type it declares. */
function registerValue({ version, gives }: PureFunction, result: unknown): Value | null {
  if (result === null && gives.nullable) return null;
  if (gives.tag === "utf8" && typeof result === "string") return result;
  if (gives.tag === "bool" && typeof result === "boolean") return result ? 1 : 0;
  if ((gives.tag === "f64" || gives.tag === "instant") && typeof result === "number") return result;
  if (gives.tag === "i32" && typeof result === "number" && Object.is(result | 0, result)) return result;
  throw new SluiceError("definition/invalid", {
    found: `${typeof result === "object" ? JSON.stringify(result) : String(result)} from a pure function of version "${version}"`,
    expected: `a value of type ${gives.tag}${gives.nullable ? " or null" : ""}, at once`,
    fix: "Return what `type` says; declare it nullable(…) if the function can return null.",
  });
}
