import { root } from "../scripts/entries.ts";
import { run } from "../scripts/run.ts";
import { withFolder } from "./measure.ts";
import { report } from "./report.ts";

// Audit packs of a log of 200,000 events, 90,000 of them about the model: how long one takes, the largest resident set of the process that writes it, and how much
// is held on the way, beside that of a log of 2,000 events. What V8 has not collected yet is in the first figure and not in the second.

const bench = "audit";

interface Packed {
  readonly ms: number;
  readonly peakKib: number;
  readonly liveBytes: number;
}

/** A process begins with the largest resident set of the one that started it: so this one stays small. */
async function child(folder: string, script: string, args: readonly string[]): Promise<string> {
  const finished = await run(process.execPath, ["--expose-gc", `${root}bench/registry/${script}.ts`, ...args], {
    timeoutMs: 600_000,
    env: { SLUICE_KEY_FILE: `${folder}/key.pem` },
  });
  if (finished.code !== 0) throw new Error(`${script} ended with ${finished.code}\n${finished.stderr}`);
  return finished.stdout;
}

async function packed(folder: string, how: "stream" | "hold" | "live"): Promise<Packed> {
  const out = `${folder}/${how}-${performance.now()}`;
  return JSON.parse(await child(folder, "audit-pack-child", [`${folder}/workspace`, out, how]));
}

await withFolder(async (folder) => {
  let from = 0;
  for (const events of [2000, 200_000]) {
    await child(folder, "append-events-child", [folder, String(from), String(events)]);
    from = events;
    for (const how of ["stream", "hold"] as const) {
      const { ms, peakKib } = await packed(folder, how);
      const title = `the pack of ${events} events, ${how === "stream" ? "written as it is made" : "held whole"}`;
      const target = how === "stream" ? { atMost: 400 } : {};
      report({ bench, case: `${title}, peak memory`, value: (peakKib * 1024) / 1e6, unit: "MB", ...target });
      report({ bench, case: title, value: ms, unit: "ms" });
    }
    const { liveBytes } = await packed(folder, "live");
    const title = `the pack of ${events} events, written as it is made, the most that is held`;
    report({ bench, case: title, value: liveBytes / 1e6, unit: "MB", atMost: 60 });
  }
});
