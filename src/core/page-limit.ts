import { SluiceError } from "./errors.ts";

/** How long a page is to be: as asked for, from 1 to `most`; `usual` where nothing was. Errors: `argument/invalid`. */
export function pageLimit(
  asked: number | undefined,
  { usual, most }: { readonly usual: number; readonly most: number },
): number {
  const limit = asked ?? usual;
  if (Number.isSafeInteger(limit) && limit >= 1 && limit <= most) return limit;
  throw new SluiceError("argument/invalid", {
    found: `a limit of ${limit}`,
    expected: `a whole number from 1 to ${most}`,
    fix: "Ask for the next page with `after`.",
  });
}
