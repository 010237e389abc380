import { expect, test } from "vitest";
import { z } from "zod";
import { memoryBlobs } from "../../src/backends/memory/memory-blob-store.ts";
import type { BlobStore } from "../../src/contracts/blob-store.ts";
import type { DatasetDefinition } from "../../src/contracts/dataset-definition.ts";
import { dataset } from "../../src/data/dataset.ts";
import { rowCount } from "../../src/data/checks/row-count.ts";
import { rowsSource } from "../../src/data/sources/rows-source.ts";
import { count, entity, featureService, featureView, t } from "../../src/features/index.ts";
import { openWorkspace } from "../../src/open-workspace.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

// An erasure that comes while a flush has read the rows, and has not committed them yet, takes them from it.

const schema = z.object({ id: z.number().int(), time: z.date(), user: z.string() });
const start = Date.UTC(2024, 0, 1);
const click = (id: number) => ({ id, time: new Date(start + id * 60_000), user: id % 2 === 0 ? "ann" : "bob" });
const erasure = { where: { user: "ann" }, reason: "request 7", actor: "ada" };

/** Blobs whose next write waits, once it is told to. */
function heldBlobs(): { readonly blobs: BlobStore; hold(): { readonly reached: Promise<void>; release(): void } } {
  const inner = memoryBlobs();
  let wait: (() => Promise<void>) | undefined;
  const put: BlobStore["put"] = async (...args) => {
    const held = wait;
    wait = undefined;
    await held?.();
    return await inner.put(...args);
  };
  return {
    blobs: { ...inner, put },
    hold: () => {
      let release = (): void => undefined;
      const released = new Promise<void>((resolve) => {
        release = resolve;
      });
      const reached = new Promise<void>((resolve) => {
        wait = async () => {
          resolve();
          await released;
        };
      });
      return { reached, release };
    },
  };
}

async function raced(clicks: DatasetDefinition, work: (read: (name: string) => Promise<string>) => Promise<void>) {
  const { blobs, hold } = heldBlobs();
  await using ws = await openWorkspace({ path: temporaryFolder(), blobs });
  const view = featureView("recent", {
    source: clicks as typeof plain,
    entities: [entity("user", { user: t.utf8 })],
    windows: { n: count().over("1h") },
  });
  await ws.features.apply([featureService("users", [view])]);
  await ws.features.push(clicks, [0, 1, 2, 3].map(click), { to: "offline" });
  const { reached, release } = hold();
  const flushing = ws.features.flush();
  await reached;
  await ws.data.erase("clicks", erasure);
  release();
  await flushing;
  await work(async (name) => JSON.stringify((await ws.data.read(name)).columns["user"]));
}

const plain = dataset("clicks", { schema, eventTime: "time", id: "id" });

test("rows that a flush is about to commit do not come back after an erasure", async () => {
  await raced(plain, async (read) => {
    expect(await read("clicks")).toContain("bob");
    expect(await read("clicks")).not.toContain("ann");
  });
});

test("nor do they in the quarantine, where a check refuses them", async () => {
  const strict = dataset("clicks", { schema, eventTime: "time", id: "id", checks: [rowCount({ atLeast: 100 })] });
  await raced(strict, async (read) => {
    expect(await read("clicks.quarantine")).toContain("bob");
    expect(await read("clicks.quarantine")).not.toContain("ann");
  });
});

test("an erasure of another dataset, or before a flush, changes nothing for it", async () => {
  await using ws = await openWorkspace(temporaryFolder());
  const view = featureView("recent", {
    source: plain,
    entities: [entity("user", { user: t.utf8 })],
    windows: { n: count().over("1h") },
  });
  await ws.features.apply([featureService("users", [view])]);
  await ws.data.ingest(plain, rowsSource([10, 11].map(click)));
  await ws.data.erase("clicks", erasure);
  await ws.features.push(plain, [0, 1].map(click), { to: "offline" });
  expect(await ws.features.flush()).toMatchObject([{ outcome: "committed", rows: 2 }]);
});
