import { isNotComputable } from "../../src/stats/not-computable.ts";

/** The result itself, or a failure of the test if there is none. */
export function computed<R>(result: R): Exclude<R, { readonly notComputable: unknown }> {
  if (isNotComputable(result)) throw new Error(`not computable: ${result.detail}`);
  return result as Exclude<R, { readonly notComputable: unknown }>;
}

/** The reason why a result is not computable, `undefined` if it is. */
export function reasonOf(result: unknown): string | undefined {
  return isNotComputable(result) ? result.notComputable : undefined;
}
