import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { seededRandom } from "../../src/core/random.ts";
import { columnOf } from "../../src/table/table.ts";
import { openData } from "../data/open-data.ts";
import { startScript } from "../support/child-lines.ts";
import { collectSteps, fileCount, fileRows } from "../support/kill-collect-steps.ts";

/** Big batches; small steps of every kind are killed in data-fire.test.ts. */
const kills = 6;

test("kill -9 during collection: cursor and version move together; running again takes each row once", {
  timeout: 300_000,
}, async () => {
  const random = seededRandom("kill collect");
  const reached = new Set<number>();
  for (let kill = 0; kill < kills; kill++) {
    const folder = await mkdtemp(join(tmpdir(), "sluice-kill-"));
    const child = startScript("kill-collect-child.ts", folder);
    await child.printed(1 + (kill % fileCount));
    await wait(random.next() * 250);
    child.process.kill("SIGKILL");
    await child.ended;
    const acknowledged = child.lines.length - 1;

    const open = await openData(folder);
    const head = await open.data.head("readings");
    const taken = (head?.rows ?? 0) / fileRows;
    reached.add(taken);
    expect([acknowledged, acknowledged + 1], "files taken").toContain(taken);
    expect(await open.ledger.audit.verify()).toMatchObject({ valid: true, events: taken });

    const outcomes: string[] = [];
    await collectSteps(folder, open.data, (outcome) => outcomes.push(outcome));
    const ids = columnOf(await open.data.read("readings"), "id", "f64").values;
    expect(ids).toHaveLength(fileCount * fileRows);
    expect(new Set(ids).size).toBe(ids.length);
    await collectSteps(folder, open.data, (outcome) => outcomes.push(outcome));
    expect(outcomes.slice(fileCount)).toEqual(Array.from({ length: fileCount }, () => "up-to-date"));
    await open.close();
    await rm(folder, { recursive: true });
  }
  expect(reached.size, "the kills fell on different stages").toBeGreaterThan(1);
});
