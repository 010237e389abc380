import { alignedLines } from "./aligned-lines.ts";
import { countText } from "./count-text.ts";

/** A page of a list in lines for a person: how many there are, whether more follow, and a line each. `right`: columns of numbers. */
export function pageText(
  one: string,
  rows: readonly (readonly string[])[],
  next: unknown,
  right: (column: number) => boolean = () => false,
): string {
  const head = `${countText(rows.length, one)}${next === undefined ? "" : ", more follow"}`;
  return [head, ...alignedLines(rows, right).map((line) => `  ${line}`)].join("\n");
}
