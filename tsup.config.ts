import { defineConfig } from "tsup";
import { entries } from "./scripts/entries.ts";

export default defineConfig({
  entry: {
    ...Object.fromEntries(entries().flatMap((entry) => (entry.exists ? [[entry.name, entry.source]] : []))),
    // No door: what `npx sluice` runs.
    "cli/main": "src/cli/main.ts",
  },
  format: "esm",
  target: ["es2023", "node22"],
  platform: "node",
  splitting: true,
  sourcemap: true,
  clean: true,
  removeNodeProtocol: false,
  dts: process.argv.includes("--no-dts") ? false : { compilerOptions: { ignoreDeprecations: "6.0" } },
  tsconfig: "tsconfig.src.json",
});
