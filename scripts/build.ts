import { entries } from "./entries.ts";
import { run, tool } from "./run.ts";

// Builds dist/. `--js-only` leaves the type declarations out (for the demo, which needs only code that runs).
for (const entry of entries()) {
  if (!entry.exists) console.warn(`no source yet for ${entry.subpath}: ${entry.source} (left out of dist/)`);
}
const built = await run(tool("tsup"), process.argv.includes("--js-only") ? ["--no-dts"] : []);
if (built.code !== 0) {
  process.stdout.write(built.stdout);
  process.stderr.write(built.stderr);
}
process.exitCode = built.code;
