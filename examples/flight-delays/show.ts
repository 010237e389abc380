// What the demo prints: a headline per act, progress bars where the work is long, tables at the end.
import type { Progress } from "sluice/core";

const tty = process.stdout.isTTY;
const dim = (text: string): string => (tty ? `\u001b[2m${text}\u001b[0m` : text);
const bold = (text: string): string => (tty ? `\u001b[1m${text}\u001b[0m` : text);

/** A headline. */
export function act(title: string): void {
  console.log(`\n${bold(title)}`);
}

/** A line below a headline. */
export function say(text: string): void {
  console.log(`  ${text}`);
}

/** A progress bar; on a terminal it is redrawn, elsewhere a line is printed at each quarter. */
export function bar(label: string): (progress: Progress) => void {
  let lastQuarter = 0;
  return ({ done, total }) => {
    const share = total === undefined || total === 0 ? 0 : Math.min(1, done / total);
    if (tty) {
      const filled = Math.round(share * 30);
      process.stdout.write(
        `\r  ${label.padEnd(28)} ${"█".repeat(filled)}${dim("░".repeat(30 - filled))} ${count(done)}`,
      );
      if (share === 1) process.stdout.write("\n");
      return;
    }
    const quarter = Math.floor(share * 4);
    if (quarter > lastQuarter) {
      lastQuarter = quarter;
      console.log(`  ${label.padEnd(28)} ${String(quarter * 25).padStart(3)}%  ${count(done)}`);
    }
  };
}

/** A table with a title; columns are as wide as they need. */
export function table(title: string, rows: readonly (readonly string[])[]): void {
  console.log(`\n${bold(title)}`);
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  for (const row of rows)
    console.log(
      `  ${row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd()}`,
    );
}

/** A number with thousands separators. */
export function count(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}
