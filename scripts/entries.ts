import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The project's folder, with a trailing slash. */
export const root: string = fileURLToPath(new URL("../", import.meta.url));

/** One public door: a subpath of the package and the source file behind it. */
export interface Entry {
  /** `.` or `./stage`. */
  readonly subpath: string;
  /** The name in dist/, without extension: `index`, `stats/index`. */
  readonly name: string;
  /** The source file, relative to the project. */
  readonly source: string;
  readonly exists: boolean;
}

/** The doors, from the one list of them: `exports` in package.json. */
export function entries(): readonly Entry[] {
  const manifest = JSON.parse(readFileSync(`${root}package.json`, "utf8")) as {
    exports: Record<string, string | { default: string }>;
  };
  return Object.entries(manifest.exports).flatMap(([subpath, target]) => {
    if (typeof target === "string") return [];
    const name = target.default.replace(/^\.\/dist\//, "").replace(/\.js$/, "");
    const source = `src/${name}.ts`;
    return [{ subpath, name, source, exists: existsSync(`${root}${source}`) }];
  });
}
