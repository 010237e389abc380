// What the demo prints: a headline per act, progress bars where the work is long, tables at the end.
import type { Progress } from "sluice/core";

const tty = process.stdout.isTTY;
const dim = (text: string): string => (tty ? `\u001b[2m${text}\u001b[0m` : text);
const bold = (text: string): string => (tty ? `\u001b[1m${text}\u001b[0m` : text);

/** Whether the terminal's last line is a progress bar, to be wiped by whatever is printed next. */
let barDrawn = false;

function print(line: string): void {
  console.log(barDrawn ? `\r\u001b[K${line}` : line);
  barDrawn = false;
}

/** A headline. */
export function act(title: string): void {
  print("");
  print(bold(title));
}

/** A line below a headline. */
export function say(text: string): void {
  print(`  ${text}`);
}

/** A progress bar. On a terminal it is redrawn below what is said meanwhile; elsewhere a line is printed at each quarter. */
export function bar(label: string): (progress: Progress) => void {
  let lastQuarter = 0;
  return ({ done, total, unit }) => {
    const share = total === undefined || total === 0 ? undefined : Math.min(1, done / total);
    const how = share === undefined ? "" : `${percent(share)}  `;
    const of = total === undefined ? "" : ` of ${count(total)}`;
    const progress = `${label.padEnd(34)} ${how}${count(done)}${of} ${unit}`;
    if (tty) {
      process.stdout.write(`\r\u001b[K  ${progress}  ${share === undefined ? "" : drawn(share)}`);
      barDrawn = true;
      if (share === 1) say(progress);
    } else if (share !== undefined && Math.floor(share * 4) > lastQuarter) {
      lastQuarter = Math.floor(share * 4);
      say(progress);
    }
  };
}

function drawn(share: number): string {
  const filled = Math.round(share * 30);
  return "█".repeat(filled) + dim("░".repeat(30 - filled));
}

function percent(share: number): string {
  return `${Math.floor(share * 100)}%`.padStart(4);
}

/** A table with a title; columns are as wide as they need. */
export function table(title: string, rows: readonly (readonly string[])[]): void {
  act(title);
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  for (const row of rows)
    say(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    );
}

/** A number with thousands separators. */
export function count(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}
