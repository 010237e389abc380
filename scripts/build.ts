import { entries } from "./entries.ts";
import { run, tool } from "./run.ts";

// Builds dist/. `--js-only` leaves the type declarations out (for the demo, which needs only code that runs).
for (const entry of entries()) {
  if (!entry.exists) console.warn(`no source yet for ${entry.subpath}: ${entry.source} (left out of dist/)`);
}
// The declarations of all doors are bundled as one program, in a worker that needs more than Node's usual heap of 4 GB.
const memory = `${process.env["NODE_OPTIONS"] ?? ""} --max-old-space-size=8192`.trim();
const built = await run(tool("tsup"), process.argv.includes("--js-only") ? ["--no-dts"] : [], {
  env: { NODE_OPTIONS: memory },
});
if (built.code !== 0) {
  process.stdout.write(built.stdout);
  process.stderr.write(built.stderr);
}
process.exitCode = built.code;
