import type { Check } from "../../contracts/check.ts";
import { cellState } from "../../table/column.ts";
import { columnOf } from "../../table/table.ts";

/** How {@link membership} judges. */
export interface MembershipOptions {
  /** The largest share of rows with another value, in [0, 1]. @default 0 */
  readonly atMostUnknown?: number;
  /** Whether a failure decides about the batch. @default "error" */
  readonly severity?: "error" | "warn";
}

/** A text column holds only the given values; null and absent cells do not count. */
export function membership<const C extends string>(
  column: C,
  values: readonly string[],
  options: MembershipOptions = {},
): Check<C> {
  const allowed = new Set(values);
  const bound = options.atMostUnknown ?? 0;
  const about = { check: "membership", columns: [column], severity: options.severity ?? "error" } as const;
  return {
    ...about,
    params: { values: [...allowed].sort(), atMostUnknown: bound },
    judge: ({ batch }) => {
      const { values: codes, dictionary, states } = columnOf(batch, column, "utf8");
      const known = dictionary.map((text) => allowed.has(text));
      const seen = new Set<string>();
      let unknown = 0;
      for (let row = 0; row < codes.length; row++) {
        const code = codes[row] ?? 0;
        if ((states !== undefined && states[row] !== cellState.present) || known[code] === true) continue;
        unknown++;
        if (seen.size < 5) seen.add(dictionary[code] ?? "");
      }
      const value = codes.length === 0 ? 0 : unknown / codes.length;
      const which = unknown === 0 ? "" : `, as in ${[...seen].map((text) => JSON.stringify(text)).join(", ")}`;
      const reason = `${column}: ${unknown} of ${codes.length} rows hold an unknown value${which}`;
      return { ...about, outcome: value <= bound ? "pass" : "fail", value, bound, reason };
    },
  };
}
