import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { seededRandom } from "../../src/core/random.ts";
import { openData, withData } from "../data/open-data.ts";
import { startScript } from "../support/child-lines.ts";
import { batchCount, ingestBatches } from "../support/kill-ingest-batches.ts";

/** Big batches; small steps of every kind are killed in data-fire.test.ts. */
const kills = 6;

test("kill -9 during ingest: the head is an old or a new version, whole; running again converges", {
  timeout: 300_000,
}, async () => {
  const digests: string[] = [];
  await withData(({ data }) => ingestBatches(data, (digest) => digests.push(digest)));
  expect(digests).toHaveLength(batchCount);
  const random = seededRandom("kill ingest");
  const reached = new Set<number>();
  for (let kill = 0; kill < kills; kill++) {
    const folder = await mkdtemp(join(tmpdir(), "sluice-kill-"));
    const child = startScript("kill-ingest-child.ts", folder);
    await child.printed(1 + (kill % batchCount));
    await wait(random.next() * 250);
    child.process.kill("SIGKILL");
    await child.ended;
    const acknowledged = child.lines.slice(1);
    expect(acknowledged).toEqual(digests.slice(0, acknowledged.length));

    const open = await openData(folder);
    const head = await open.data.head("readings");
    const committed = head === undefined ? 0 : digests.indexOf(head.digest) + 1;
    reached.add(committed);
    expect(committed, "an unknown head").toBeGreaterThanOrEqual(head === undefined ? 0 : 1);
    expect(committed).toBeGreaterThanOrEqual(acknowledged.length);
    expect(committed).toBeLessThanOrEqual(acknowledged.length + 1);
    if (head !== undefined) expect((await open.data.read(head.digest)).rowCount).toBe(head.rows);
    expect(await open.data.versions("readings.quarantine")).toHaveLength(committed);
    expect(await open.ledger.audit.verify()).toMatchObject({ valid: true, events: 2 * committed });
    expect(await open.ledger.changes.read()).toHaveLength(3 * committed);

    await ingestBatches(open.data, () => undefined);
    expect((await open.data.head("readings"))?.digest).toBe(digests.at(-1));
    expect(await open.ledger.audit.verify()).toMatchObject({ valid: true, events: 2 * batchCount });
    await open.close();
    await rm(folder, { recursive: true });
  }
  expect(reached.size, "the kills fell on different stages").toBeGreaterThan(1);
});
