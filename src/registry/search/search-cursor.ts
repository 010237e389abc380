import { SluiceError } from "../../core/errors.ts";

/** Where a page ended: everything after it in the order of the search follows. */
export interface SearchCursor {
  /** The instant or the metric by which it is ordered. */
  readonly order: number;
  readonly model: string;
  readonly version: number;
}

/** A cursor as the text that a caller passes back. */
export function cursorText({ order, model, version }: SearchCursor): string {
  return JSON.stringify([order, model, version]);
}

/** Reads what {@link cursorText} wrote. Errors: `argument/invalid`. */
export function readCursor(text: string): SearchCursor {
  const [order, model, version] = partsOf(text);
  if (typeof order === "number" && typeof model === "string" && typeof version === "number")
    return { order, model, version };
  throw new SluiceError("argument/invalid", {
    found: `after: ${JSON.stringify(text)}`,
    expected: "the `next` of an earlier page of the same search",
    fix: "Pass it unchanged, or leave it out.",
  });
}

function partsOf(text: string): readonly unknown[] {
  try {
    const parts: unknown = JSON.parse(text);
    return Array.isArray(parts) ? parts : [];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}
