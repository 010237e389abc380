import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const src = fileURLToPath(new URL("./src/", import.meta.url));

export default defineConfig({
  resolve: {
    // Examples import the published names; tests run them against the sources.
    alias: [
      { find: /^sluice$/, replacement: `${src}index.ts` },
      { find: /^sluice\/(.+)$/, replacement: `${src}$1/index.ts` },
    ],
  },
  test: {
    pool: "forks",
    globals: false,
    include: ["test/**/*.test.ts"],
    exclude: ["test/runtime/**", "test/package/**", "node_modules/**"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
