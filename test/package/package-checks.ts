import type { Check } from "../../scripts/checks.ts";
import { entries } from "../../scripts/entries.ts";
import { run, tool } from "../../scripts/run.ts";

/** What can be told from the tarball itself. */
export function packageChecks(tarball: string): readonly Check[] {
  return [
    {
      name: "every door of the package has a source",
      run: () => {
        const missing = entries().filter((entry) => !entry.exists);
        if (missing.length > 0)
          throw new Error(missing.map((entry) => `${entry.subpath}: no ${entry.source}`).join("\n"));
        return `${entries().length} doors`;
      },
    },
    { name: "publint", run: () => succeeds("publint", ["run", tarball, "--strict"]) },
    {
      name: "are the types wrong (esm-only)",
      run: () => succeeds("attw", [tarball, "--profile", "esm-only", "--no-color", "--no-emoji"]),
    },
    { name: "size ceilings", run: () => succeeds("size-limit", []) },
  ];
}

async function succeeds(program: string, args: readonly string[]): Promise<undefined> {
  const finished = await run(tool(program), args);
  if (finished.code !== 0) throw new Error(finished.stdout + finished.stderr);
  return undefined;
}
