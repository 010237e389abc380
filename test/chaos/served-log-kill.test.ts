import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { seededRandom } from "../../src/core/random.ts";
import { openWorkspace } from "../../src/index.ts";
import { bundledScript } from "../support/bundle-script.ts";
import { startScript } from "../support/child-lines.ts";
import { servedLogService } from "../support/served-log-service.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const kills = 12;
/** More than one life serves. */
const perLife = 1_000_000;

test("kill -9 while vectors are served and logged: what was stored is there, each vector once, and each one whole", {
  timeout: 300_000,
}, async () => {
  const folder = temporaryFolder();
  const random = seededRandom("kill served log");
  const stored: number[] = [];
  for (let life = 0; life < kills; life++) {
    const child = startScript(bundledScript("serve-vectors-child.ts"), folder, String(life * perLife));
    await Promise.race([child.firstLine, child.ended]);
    await wait(random.next() * 60);
    child.process.kill("SIGKILL");
    expect((await child.ended).errors).toBe("");
    for (let n = life * perLife; n < Number(child.lines.at(-1)); n++) stored.push(n);
  }
  expect(stored.length).toBeGreaterThanOrEqual(kills * 20);
  const ws = await openWorkspace(folder);
  const { rowCount: rows, columns } = await ws.features.served(servedLogService);
  const served = Array.from(columns["of.same"]?.values ?? [], Number);
  const logged = new Set(served);
  expect(rows).toBe(logged.size);
  expect(stored.filter((n) => !logged.has(n))).toEqual([]);
  expect(Array.from(columns["of.twice"]?.values ?? [], Number)).toEqual(served.map((n) => n * 2));
  const { total } = await ws.features.skew(servedLogService);
  expect([total.cells, total.equal]).toEqual([2 * rows, 2 * rows]);
  expect(rows % 20).toBe(0);
  await ws.close();
});
