import { CreateBucketCommand, DeleteObjectCommand, ListObjectVersionsCommand } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { s3Blobs } from "../../src/backends/s3/s3-blob-store.ts";
import { blobAnchor } from "../../src/ledger/trail/blob-anchor.ts";
import { openTrail } from "../support/audit-trail.ts";
import { describeS3 } from "../support/s3-server.ts";

describeS3("an anchor in S3 with an object lock", (server) => {
  test("keeps checkpoints that cannot be removed before their time", async () => {
    const client = server().client();
    const Bucket = "anchors";
    await client.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }));
    const blobs = s3Blobs({ client, bucket: Bucket, objectLock: { mode: "compliance", lockedFor: "3653d" } });
    const anchor = blobAnchor({ blobs, name: "s3" });
    expect(anchor.capabilities).toEqual({ readable: true, immutable: true });
    const { trail, append, metadata } = await openTrail(() => [anchor]);
    await append(3);
    await trail.checkpoint();
    const { Versions = [] } = await client.send(new ListObjectVersionsCommand({ Bucket }));
    expect(Versions).toHaveLength(1);
    for (const { Key, VersionId } of Versions)
      await expect(client.send(new DeleteObjectCommand({ Bucket, Key, VersionId }))).rejects.toThrow(/denied/i);
    expect(await trail.verify()).toMatchObject({
      valid: true,
      anchors: [{ name: "s3", checkpoints: 1, events: 3 }],
      unanchored: 0,
    });
    await metadata.close();
  });

  test("a lock of no time is refused", () => {
    const lock = { mode: "governance", lockedFor: 0 } as const;
    expect(() => s3Blobs({ client: server().client(), bucket: "b", objectLock: lock })).toThrow(/argument\/invalid/);
  });
});
