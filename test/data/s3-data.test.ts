import { DeleteObjectCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { z } from "zod";
import { s3Blobs } from "../../src/backends/s3/s3-blob-store.ts";
import { dataset } from "../../src/data/dataset.ts";
import { rowsSource } from "../../src/data/sources/rows-source.ts";
import { openWorkspace } from "../../src/open-workspace.ts";
import { tableDigest } from "../../src/table/table-digest.ts";
import { describeS3 } from "../support/s3-server.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const trips = dataset("trips", { schema: z.object({ left: z.date(), km: z.number() }), eventTime: "left" });
const day = (from: number, rows: number) =>
  rowsSource(Array.from({ length: rows }, (_, i) => ({ left: new Date(1000 * (from + i)), km: from + i })));

describeS3("a workspace with its blobs in S3", (server) => {
  test("rows are ingested, read back and travelled to in time, also by a process that opens it later", async () => {
    const [path, client, bucket] = [temporaryFolder(), server().client(), await server().bucket("workspace")];
    const open = () => openWorkspace({ path, blobs: s3Blobs({ client, bucket, prefix: "ws" }) });
    const ws = await open();
    const digests = [];
    for (const [from, rows] of [
      [0, 500],
      [500, 250],
    ] as const) {
      const batch = await ws.data.ingest(trips, day(from, rows));
      if (batch.outcome === "blocked") throw new Error("both batches are good");
      digests.push(batch.version.digest);
    }
    const [first, second] = digests as [(typeof digests)[0], (typeof digests)[0]];
    const was = tableDigest(await ws.data.read(first));
    await ws.close();

    const later = await open();
    expect((await later.data.read("trips")).rowCount).toBe(750);
    expect((await later.data.read(second)).rowCount).toBe(750);
    expect((await later.data.read(first)).rowCount).toBe(500);
    expect(tableDigest(await later.data.read(first))).toBe(was);
    expect((await later.verifyAudit()).valid).toBe(true);
    await later.close();

    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket }));
    expect(Contents.length).toBeGreaterThanOrEqual(4);
    expect(Contents.every(({ Key }) => Key?.startsWith("ws/objects/sha256/"))).toBe(true);
  });

  test("a part that was removed from the bucket is named, and comes back by ingesting its source again", async () => {
    const [client, bucket] = [server().client(), await server().bucket("healing")];
    const ws = await openWorkspace({ path: temporaryFolder(), blobs: s3Blobs({ client, bucket }) });
    const batch = await ws.data.ingest(trips, day(0, 500));
    if (batch.outcome === "blocked") throw new Error("the batch is good");
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket }));
    const largest = Contents.sort((a, b) => (b.Size ?? 0) - (a.Size ?? 0))[0];
    await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: largest?.Key }));
    await expect(ws.data.read(batch.version.digest)).rejects.toThrow(/blob\/not-found.*part 1 of 1 of dataset "trips"/);
    await ws.data.ingest(trips, day(0, 500));
    expect((await ws.data.read(batch.version.digest)).rowCount).toBe(500);
    await ws.close();
  });
});
