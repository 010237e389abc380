import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** What is used of esbuild, which tsup brings along. */
interface Bundler {
  buildSync(options: { readonly [option: string]: unknown }): unknown;
}

/** What modules of CommonJS ask for in a module. */
const requireInModules =
  'import { createRequire as makeRequire } from "node:module"; const require = makeRequire(import.meta.url);';

const bundled = new Map<string, string>();

/**
 * A script of this folder with all that it imports as one file. It starts in a third of the time: for tests that kill more than a hundred processes, of which
 * each would load some hundred modules.
 */
export function bundledScript(name: string): string {
  const known = bundled.get(name);
  if (known !== undefined) return known;
  const folder = mkdtempSync(join(tmpdir(), "sluice-bundle-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, name.replace(/\.ts$/, ".mjs"));
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
  return file;
}
