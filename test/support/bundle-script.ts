import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { temporaryFolder } from "./temporary-folder.ts";

/** What is used of esbuild, which tsup brings along. */
interface Bundler {
  buildSync(options: { readonly [option: string]: unknown }): unknown;
}

/** What modules of CommonJS ask for in a module. */
const requireInModules =
  'import { createRequire as makeRequire } from "node:module"; const require = makeRequire(import.meta.url);';

/** Those of the running test, by name. */
const bundled = new Map<string, string>();

/**
 * A script of this folder with all that it imports as one file. It starts in a third of the time: for tests that kill more than a hundred processes, of which
 * each would load some hundred modules. It is gone when the test is.
 */
export function bundledScript(name: string): string {
  const known = bundled.get(name);
  if (known !== undefined) return known;
  const file = join(temporaryFolder(), name.replace(/\.ts$/, ".mjs"));
  const tsup = createRequire(import.meta.url).resolve("tsup");
  const bundler: Bundler = createRequire(tsup)("esbuild");
  bundler.buildSync({
    entryPoints: [fileURLToPath(new URL(name, import.meta.url))],
    outfile: file,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node22",
    external: ["pg-native"],
    banner: { js: requireInModules },
    logLevel: "error",
  });
  bundled.set(name, file);
  onTestFinished(() => void bundled.delete(name));
  return file;
}
