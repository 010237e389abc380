import { entries } from "./entries.ts";
import { run, tool } from "./run.ts";

// Builds dist/. `--js-only` leaves the type declarations out (for the demo, which needs only code that runs).
for (const entry of entries()) {
  if (!entry.exists) console.warn(`no source yet for ${entry.subpath}: ${entry.source} (left out of dist/)`);
}
// The declarations of all entries are bundled in one worker, which needs some 5 GB: more than node's own limit on machines of 16 GB and less.
const env = { NODE_OPTIONS: `${process.env["NODE_OPTIONS"] ?? ""} --max-old-space-size=12288`.trim() };
const built = await run(tool("tsup"), process.argv.includes("--js-only") ? ["--no-dts"] : [], { env });
if (built.code !== 0) {
  process.stdout.write(built.stdout);
  process.stderr.write(built.stderr);
}
process.exitCode = built.code;
