import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openWorkspace } from "../../src/index.ts";
import { auditPack, writeAuditPack } from "../../src/workflows/governance/audit-pack.ts";
import { writeFiles } from "../../src/cli/write-files.ts";

// The pack of a workspace, made by a process of its own whose largest resident set is told: `stream` writes it as the command does, `hold` holds it whole. `live`
// writes it too, and tells the most that was held on the way: what is left of the heap after a collection, now and then. It needs --expose-gc.

const [path = "", out = "", how = ""] = process.argv.slice(2);
const ws = await openWorkspace(path);
const begun = performance.now();
let [liveBytes, steps] = [0, 0];
const onProgress = (): void => {
  if (steps++ % 50 !== 0) return;
  globalThis.gc?.();
  liveBytes = Math.max(liveBytes, process.memoryUsage().heapUsed);
};
if (how === "live") await writeFiles(out, async (write) => await writeAuditPack(ws, write, { onProgress }));
else if (how === "stream") await writeFiles(out, async (write) => await writeAuditPack(ws, write));
else {
  const { files } = await auditPack(ws);
  await writeFile(join(out), files.map(({ text }) => text).join(""));
}
const ms = performance.now() - begun;
await ws.close();
console.log(JSON.stringify({ ms, peakKib: process.resourceUsage().maxRSS, liveBytes }));
