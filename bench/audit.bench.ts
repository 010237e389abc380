import { root } from "../scripts/entries.ts";
import { run } from "../scripts/run.ts";
import { sqliteMetadata } from "../src/backends/sqlite/sqlite-metadata-store.ts";
import { systemClock } from "../src/core/clock.ts";
import { SqlAuditLog } from "../src/ledger/sql-audit-log.ts";
import { governedWorkspace } from "../test/support/governed-workspace.ts";
import { withFolder } from "./measure.ts";
import { report } from "./report.ts";

// Audit packs of a log of 200,000 events, 90,000 of them about the model: how long one takes, and the largest resident set of the process that writes it,
// beside that of a log of 2,000 events.

const bench = "audit";
const text = "as it was decided, with reasons that somebody wrote down at length; ".repeat(8);

/** Commits, what the host recorded about the model, and rollout steps of another one. */
async function appendEvents(path: string, from: number, to: number): Promise<void> {
  const metadata = sqliteMetadata({ path });
  const audit = new SqlAuditLog({ metadata, clock: systemClock });
  for (let start = from; start < to; start += 1000) {
    await metadata.write(async (tx) => {
      for (let i = start; i < Math.min(to, start + 1000); i++) {
        const body = { text, i };
        if (i % 20 < 9)
          await audit.append(tx, { kind: "dataset.committed", subject: "flights", actor: "system", body });
        else if (i % 20 < 18)
          await audit.append(tx, {
            kind: "host.seen",
            subject: "case",
            actor: "system",
            body: { ...body, model: "delay" },
          });
        else await audit.append(tx, { kind: "rollout.advanced", subject: "other@1", actor: "system", body });
      }
    });
  }
  await metadata.close();
}

async function packed(
  folder: string,
  how: "stream" | "hold",
): Promise<{ readonly ms: number; readonly peakKib: number }> {
  const finished = await run(
    process.execPath,
    [`${root}bench/registry/audit-pack-child.ts`, `${folder}/workspace`, `${folder}/${how}-${performance.now()}`, how],
    { timeoutMs: 600_000, env: { SLUICE_KEY_FILE: `${folder}/key.pem` } },
  );
  if (finished.code !== 0) throw new Error(`the pack ended with ${finished.code}\n${finished.stderr}`);
  return JSON.parse(finished.stdout);
}

await withFolder(async (folder) => {
  const { ws } = await governedWorkspace(folder);
  await ws.close();
  let from = 0;
  for (const events of [2000, 200_000]) {
    await appendEvents(`${folder}/workspace/metadata.sqlite`, from, events);
    from = events;
    for (const how of ["stream", "hold"] as const) {
      const { ms, peakKib } = await packed(folder, how);
      const title = `the pack of ${events} events, ${how === "stream" ? "written as it is made" : "held whole"}`;
      const target = how === "stream" ? { atMost: 400 } : {};
      report({ bench, case: `${title}, peak memory`, value: (peakKib * 1024) / 1e6, unit: "MB", ...target });
      report({ bench, case: title, value: ms, unit: "ms" });
    }
  }
});
