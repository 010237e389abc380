import { SluiceError } from "../../core/errors.ts";
import type { ReplayInput } from "../store/feature-store-options.ts";

/** What the types promise, a plain-JavaScript caller may not have passed. Errors: `features/invalid-input`. */
export function requireReplayInput(logged: ReplayInput): void {
  const given: { readonly [part: string]: unknown } = { ...logged };
  if (!Array.isArray(given["inputs"])) throw wrong(`${textOf(given["inputs"])} as inputs`);
  const [values, statuses, columns] = [given["values"], given["statuses"], given["columns"]];
  if (columns === undefined) {
    if (!(values instanceof Float64Array)) throw wrong(`${textOf(values)} as values, and no columns`);
    if (!(statuses instanceof Uint8Array)) throw wrong(`${textOf(statuses)} as statuses`);
    return;
  }
  if (typeof columns !== "object" || columns === null || Array.isArray(columns))
    throw wrong(`${textOf(columns)} as columns`);
  for (const [name, column] of Object.entries(columns)) {
    const { statuses: own, values: cells }: { readonly statuses?: unknown; readonly values?: unknown } = { ...column };
    if (!(own instanceof Uint8Array)) throw wrong(`${textOf(own)} as statuses of column "${name}"`);
    if (!Array.isArray(cells) && !ArrayBuffer.isView(cells))
      throw wrong(`${textOf(cells)} as values of column "${name}"`);
  }
}

function wrong(found: string): SluiceError {
  return new SluiceError("features/invalid-input", {
    found: `a replay of ${found}`,
    expected: "inputs and atMs, and either values and statuses of vectors() or columns of onlineMany()",
    fix: "Pass { inputs, atMs, values, statuses } or { inputs, atMs, columns } as they were served: typed arrays, statuses as a Uint8Array.",
  });
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  return Array.isArray(value) ? "a plain list" : `a ${typeof value}`;
}
