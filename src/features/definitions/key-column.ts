import type { WindowedBody } from "../../contracts/feature-definition.ts";

/** The source's column of an entity key: its own name, or the one that it is mapped to. A key may be called `constructor`. */
export function keyColumn({ keyColumns }: Pick<WindowedBody, "keyColumns">, key: string): string {
  return (Object.hasOwn(keyColumns, key) ? keyColumns[key] : undefined) ?? key;
}
