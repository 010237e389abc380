import { readFileSync } from "node:fs";
import { root } from "./entries.ts";

/** A block of TypeScript in a document or in a doc comment. */
export interface CodeBlock {
  /** `README.md:12`: the line where the code starts. */
  readonly place: string;
  readonly code: string;
}

/** The ```ts blocks of a Markdown file, without those marked ```ts no-run. */
export function blocksInMarkdown(file: string): readonly CodeBlock[] {
  return blocksIn(readFileSync(`${root}${file}`, "utf8").split("\n"), file, 1);
}

/** The ```ts blocks in the doc comments of a source file, without those marked ```ts no-run. */
export function blocksInDocComments(file: string): readonly CodeBlock[] {
  const text = readFileSync(`${root}${file}`, "utf8");
  return [...text.matchAll(/^[ \t]*\/\*\*[\s\S]*?\*\//gm)].flatMap((comment) => {
    const lines = comment[0].split("\n").map((line) => line.replace(/^\s*\*(?!\/) ?/, ""));
    const firstLine = text.slice(0, comment.index).split("\n").length;
    return blocksIn(lines, file, firstLine);
  });
}

function blocksIn(lines: readonly string[], file: string, firstLine: number): readonly CodeBlock[] {
  const blocks: CodeBlock[] = [];
  let open: { readonly line: number; readonly runs: boolean; readonly code: string[] } | undefined;
  for (const [i, line] of lines.entries()) {
    const fence = /^\s*```(\S*)\s*(.*)$/.exec(line);
    if (open === undefined && fence !== null) {
      const runs = /^(?:ts|typescript)$/.test(fence[1] ?? "") && !/\bno-run\b/.test(fence[2] ?? "");
      open = { line: firstLine + i + 1, runs, code: [] };
    } else if (open !== undefined && fence !== null) {
      if (open.runs) blocks.push({ place: `${file}:${open.line}`, code: `${open.code.join("\n")}\n` });
      open = undefined;
    } else {
      open?.code.push(line);
    }
  }
  if (open !== undefined) throw new Error(`${file}:${open.line}: a code block that is not closed`);
  return blocks;
}
