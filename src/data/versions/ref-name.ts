import { SluiceError } from "../../core/errors.ts";

/** The branch that a dataset's first version makes, and that is meant where none is named. */
export const mainBranch: "main" = "main";

/** A ref as it is stored: `heads/main`, `tags/v1`. */
export type RefName = `heads/${string}` | `tags/${string}`;

/** The stored name of a branch. Errors: `argument/invalid`. */
export function headRef(branch: string): RefName {
  return `heads/${checked("branch", branch)}`;
}

/** The stored name of a tag. Errors: `argument/invalid`. */
export function tagRef(tag: string): RefName {
  return `tags/${checked("tag", tag)}`;
}

/** Letters, digits, and inside also dots, dashes, underscores and single slashes: nothing that `~`, `@` or a digest could be mistaken for. */
function checked(kind: string, name: string): string {
  const valid = /^[A-Za-z0-9](?:[A-Za-z0-9._-]|\/(?=[A-Za-z0-9]))*$/.test(name);
  if (valid && name.length <= 200 && !name.includes("..") && !name.endsWith(".lock")) return name;
  throw new SluiceError("argument/invalid", {
    found: `the ${kind} name ${JSON.stringify(name.slice(0, 250))}`,
    expected: 'at most 200 letters, digits, dots, dashes, underscores and slashes, as in "fix/units"',
    fix: "Choose another name.",
  });
}
