import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { memoryRefs } from "../../src/backends/memory/memory-ref-store.ts";
import { s3Refs } from "../../src/backends/s3/s3-ref-store.ts";
import type { RefStore } from "../../src/contracts/ref-store.ts";
import { digestOf } from "../../src/core/digest.ts";
import { refContract } from "../../src/testing/ref-contract.ts";
import { describeS3 } from "../support/s3-server.ts";

const [first, second, third] = [digestOf("first"), digestOf("second"), digestOf("third")] as const;

for (const { name, run } of refContract) {
  test(`refs in memory: ${name}`, () => {
    const store = memoryRefs();
    return run({ store, another: () => store });
  });
}

describeS3("refs in S3", (server) => {
  let buckets = 0;
  const fresh = (fault = "refs"): Promise<string> => server().bucket(`${fault}-${++buckets}`);

  for (const { name, run } of refContract) {
    test(name, async () => {
      const bucket = await fresh();
      const another = (): RefStore => s3Refs({ client: server().client(), bucket });
      await run({ store: another(), another });
    });
  }

  test("a move of which the answer is lost, and which the client sends again, is told as done", async () => {
    const refs = s3Refs({ client: server().client(), bucket: await fresh("answerless") });
    expect(await refs.compareAndSet("new", undefined, first)).toBe(true);
    expect(await refs.compareAndSet("new", first, second)).toBe(true);
    expect(await refs.read("new")).toBe(second);
  });

  test("a write sent again after others moved the ref there and back does not undo their move", async () => {
    const [client, bucket] = [server().client(), await fresh()];
    const refs = s3Refs({ client, bucket });
    await refs.compareAndSet("head", undefined, first);
    const Key = "refs/head";
    const { ETag } = await client.send(new GetObjectCommand({ Bucket: bucket, Key }));
    await refs.compareAndSet("head", first, second);
    await refs.compareAndSet("head", second, first);
    const late = new PutObjectCommand({ Bucket: bucket, Key, Body: `${third} ${"0".repeat(24)}\n`, IfMatch: ETag });
    await expect(client.send(late)).rejects.toMatchObject({ name: "PreconditionFailed" });
    expect(await refs.read("head")).toBe(first);
  });

  test("a server that ignores or does not know conditions is refused before a ref is written", async () => {
    for (const [fault, found] of [
      ["careless", "ignores the If-None-Match"],
      ["unconditional", "does not know the If-None-Match"],
    ] as const) {
      const refs = s3Refs({ client: server().client(), bucket: await fresh(fault) });
      await expect(refs.compareAndSet("head", undefined, first)).rejects.toMatchObject({
        code: "io/failed",
        message: expect.stringContaining(found),
      });
      expect(await refs.read("head")).toBeUndefined();
    }
  });

  test("an object that is no ref is ref/corrupt, and names the object", async () => {
    const [client, bucket] = [server().client(), await fresh()];
    const refs = s3Refs({ client, bucket, prefix: "team" });
    for (const Body of [" ", "main", `${first}\n`, `${first} 00\n`, "x".repeat(1000)]) {
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: "team/refs/head", Body }));
      for (const call of [() => refs.read("head"), () => refs.compareAndSet("head", first, second)])
        await expect(call()).rejects.toMatchObject({
          code: "ref/corrupt",
          message: expect.stringContaining(`s3://${bucket}/team/refs/head`),
        });
    }
  });

  test("a bucket that does not exist is no absence of refs", async () => {
    const refs = s3Refs({ client: server().client(), bucket: "no-such-bucket" });
    const listing = async (): Promise<void> => {
      for await (const ref of refs.list("")) throw new Error(ref.name);
    };
    const move = (): Promise<boolean> => refs.compareAndSet("head", undefined, first);
    for (const call of [() => refs.read("head"), move, () => refs.delete("head"), listing])
      await expect(call()).rejects.toThrow(/io\/failed: found NoSuchBucket/);
  });
});
