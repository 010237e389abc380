import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const examples = fileURLToPath(new URL("../../examples/", import.meta.url));
const doors = fileURLToPath(new URL("../support/source-doors.ts", import.meta.url));

/** Each example, and lines that it must print. */
const cases: readonly (readonly [string, readonly RegExp[]])[] = [
  [
    "data",
    [/^flights: committed/m, /^ {2}22 × distance: too_small/m, /^flights: blocked/m, /^2 versions; the newest/m],
  ],
  ["features", [/with 100 rows of inputs\.delay/, /^300 cells served, 0 differ from history$/m]],
  [
    "features/push.ts",
    [
      /^backfilled 200 events$/m,
      /^105 rows wait for a flush; of the last 10 pushed, 5 were new$/m,
      /^committed: 100 rows, 5 known already$/m,
      /^history has 600 trips$/m,
      /^30 cells served, 0 differ from history$/m,
    ],
  ],
  ["training", [/^succeeded .*"attempts":2/m, /^asked again: already done$/m]],
  ["registry", [/needs an approval/, /^registry\/approval-refused/m, /^production promoted$/m, /^audit valid: true/m]],
  [
    "registry/evaluation.ts",
    [
      /^evaluation of late \(binary, label late\) on \d+ rows/m,
      /^threshold by f1: 0\.\d+ \[/m,
      /^leakage: 0 of 1000 rows are in the training set by trip, left; /m,
      /^trained again: the same artifact$/m,
      /^ {2}pass {9}reproducible /m,
    ],
  ],
  [
    "serving",
    [/^passed after \d+ requests/m, /^champion 1 was replaced by version 2$/m, /^rolledBack after \d+ .*2 answers$/m],
  ],
  [
    "monitoring",
    [/^window 4: ok/m, /^window 6: bad/m, /^alert \S+ \(open\)/m, /^retraining succeeded: \{ retrain: 2 \}$/m],
  ],
  [
    "workflows",
    [
      /^✗ an empty file is refused \(data, 0 of 1 passed/m,
      /^✓ the new version may go to staging \(gate/m,
      /^late at .*: version 1 had production, since/m,
      /annex-iv\.5 +written by ann/,
      /^Lead time, registered → production +p50 21d/m,
      /audit log: \d+ events, verified$/m,
    ],
  ],
  ["compose", [/^production promoted$/m, /^1 prediction in the log$/m, /^audit valid: true, 12 events$/m]],
];

test.each(cases)("examples/%s runs as printed", async (name, lines) => {
  const folder = await mkdtemp(join(tmpdir(), "sluice-examples-"));
  try {
    const { code, output } = await runExample(`${examples}${name.endsWith(".ts") ? name : `${name}/main.ts`}`, folder);
    expect(code, output).toBe(0);
    for (const line of lines) expect(output).toMatch(line);
  } finally {
    await rm(folder, { recursive: true });
  }
});

/** Runs a program in its own process, in `folder`, with the sources behind the published names. */
function runExample(file: string, folder: string): Promise<{ readonly code: number | null; readonly output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["--no-warnings", "--import", doors, file], {
      cwd: folder,
      env: { ...process.env, TMPDIR: folder, SLUICE_KEY_FILE: join(folder, "key.pem"), FORCE_COLOR: "0" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    const keep = (text: string): void => {
      output += text;
    };
    child.stdout.setEncoding("utf8").on("data", keep);
    child.stderr.setEncoding("utf8").on("data", keep);
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, output }));
  });
}
