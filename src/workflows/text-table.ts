/** Rows of cells as lines: columns under each other, two spaces between them. The first row is the title. */
export function textTable(rows: readonly (readonly string[])[]): readonly string[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, i) => Math.max(0, ...rows.map((row) => row[i]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

/** Rows of cells as a table of Markdown; the first row is the title. What is in a cell cannot end it. */
export function markdownTable(rows: readonly (readonly string[])[]): readonly string[] {
  const [title = [], ...body] = rows;
  const line = (cells: readonly string[]): string => `| ${cells.map(markdownText).join(" | ")} |`;
  return [line(title), `|${title.map(() => " --- |").join("")}`, ...body.map(line)];
}

/** A text from a record as text within Markdown: what would be markup, HTML or the end of a line is shown as it stands. */
export function markdownText(text: string): string {
  return text.replace(/[\r\n]+/g, " ").replace(/[\\`*_{}[\]<>#|~&]/g, (sign) => `\\${sign}`);
}
