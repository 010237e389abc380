import { createHash } from "node:crypto";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";
import { type S3BlobOptions, s3Blobs } from "../../src/backends/s3/s3-blob-store.ts";
import type { S3ClientLike } from "../../src/backends/s3/s3-client.ts";
import type { BlobRef, BlobStore } from "../../src/contracts/blob-store.ts";
import { type Digest, digestOf } from "../../src/core/digest.ts";
import { seededRandom } from "../../src/core/random.ts";
import { blobContract } from "../../src/testing/blob-contract.ts";
import { describeS3 } from "../support/s3-server.ts";

const mebibyte = 2 ** 20;
const text = new TextEncoder().encode("weights of a model");

function randomBytes(seed: string, size: number): Uint8Array {
  const random = seededRandom(seed);
  return new Uint8Array(Uint32Array.from({ length: Math.ceil(size / 4) }, () => random.int(2 ** 32)).buffer, 0, size);
}

const twenty = randomBytes("twenty", 20 * mebibyte);

/** The host's client, which notes what it was asked to do. */
function noting(client: S3Client): S3ClientLike & { readonly sent: string[] } {
  const sent: string[] = [];
  return {
    sent,
    send: (command: Parameters<S3Client["send"]>[0]) => {
      sent.push(command.constructor.name.replace("Command", ""));
      return client.send(command);
    },
  };
}

async function all(blobs: BlobStore): Promise<readonly BlobRef[]> {
  const found: BlobRef[] = [];
  for await (const blob of blobs.list()) found.push(blob);
  return found;
}

const keyOf = (digest: Digest): string => `objects/sha256/${digest.slice(7, 9)}/${digest.slice(7)}`;

describeS3("blobs in S3", (server) => {
  let buckets = 0;
  const freshBucket = (fault = "blobs"): Promise<string> => server().bucket(`${fault}-${++buckets}`);
  const fresh = async (fault?: string, options: Partial<S3BlobOptions> = {}) => {
    const [client, bucket] = [noting(server().client()), await freshBucket(fault)];
    return { client, bucket, blobs: s3Blobs({ client, bucket, ...options }) };
  };
  const uploadsLeft = async (Bucket: string): Promise<number> => {
    const { Uploads } = await server().client().send(new ListMultipartUploadsCommand({ Bucket }));
    return Uploads?.length ?? 0;
  };
  const overwrite = async (Bucket: string, digest: Digest, Body: Uint8Array): Promise<void> => {
    await server()
      .client()
      .send(new PutObjectCommand({ Bucket, Key: keyOf(digest), Body }));
  };

  describe("blob contract", () => {
    for (const { name, run } of blobContract) test(name, async () => run((await fresh()).blobs));
    for (const fault of ["careless", "unconditional", "unsummed"])
      for (const { name, run } of blobContract)
        test(`${fault} server: ${name}`, async () => run((await fresh(fault)).blobs));
  });

  test("a new blob takes one request, which names its SHA-256; one that is there sends no bytes that are kept", async () => {
    const { client, bucket, blobs } = await fresh();
    const { digest } = await blobs.put(text);
    expect(client.sent).toEqual(["PutObject"]);
    const head = new HeadObjectCommand({ Bucket: bucket, Key: keyOf(digest), ChecksumMode: "ENABLED" });
    const found = await server().client().send(head);
    expect(found.ChecksumSHA256).toBe(Buffer.from(digest.slice(7), "hex").toString("base64"));
    await blobs.put(text);
    expect(client.sent).toEqual(["PutObject", "PutObject", "HeadObject", "CopyObject"]);
    expect((await server().client().send(head)).ChecksumSHA256).toBe(found.ChecksumSHA256);
  });

  test("20 MiB go in three parts with their checksums, come back, and are not sent twice", async () => {
    const { client, bucket, blobs } = await fresh();
    const { digest, sizeBytes } = await blobs.put(twenty);
    expect(sizeBytes).toBe(20 * mebibyte);
    expect(client.sent.filter((name) => name === "UploadPart")).toHaveLength(3);
    const head = new HeadObjectCommand({ Bucket: bucket, Key: keyOf(digest), ChecksumMode: "ENABLED" });
    const checksums = [0, 8, 16].map((at) =>
      createHash("sha256").update(twenty.subarray(at * mebibyte, (at + 8) * mebibyte)),
    );
    const composite = createHash("sha256").update(Buffer.concat(checksums.map((hash) => hash.digest())));
    const kept = (await server().client().send(head)).ChecksumSHA256;
    expect(kept?.replace(/-3$/, "")).toBe(composite.digest("base64"));
    expect(digestOf(await blobs.get(digest))).toBe(digest);
    expect(await all(blobs)).toMatchObject([{ digest, sizeBytes }]);
    client.sent.length = 0;
    await blobs.put(twenty);
    await s3Blobs({ client, bucket, multipartAboveBytes: 64 * mebibyte }).put(twenty);
    expect(client.sent).toEqual(["HeadObject", "CopyObject", "PutObject", "HeadObject", "CopyObject"]);
    expect(await uploadsLeft(bucket)).toBe(0);
  });

  test("the threshold is where it is said to be", async () => {
    const { client, blobs } = await fresh("blobs", { multipartAboveBytes: 1000 });
    await blobs.put(randomBytes("at", 1000));
    expect(client.sent).not.toContain("CreateMultipartUpload");
    const { digest } = await blobs.put(randomBytes("above", 1001));
    expect(client.sent).toContain("CreateMultipartUpload");
    expect((await blobs.get(digest)).length).toBe(1001);
  });

  test("at most as many parts as asked for are under way at once", async () => {
    const inner = server().client();
    let [underWay, most] = [0, 0];
    const client: S3ClientLike = {
      send: async (command: Parameters<S3Client["send"]>[0]) => {
        const isPart = command.constructor.name === "UploadPartCommand";
        if (isPart) most = Math.max(most, ++underWay);
        try {
          return await inner.send(command);
        } finally {
          if (isPart) underWay -= 1;
        }
      },
    };
    const parts = { partSizeBytes: 5 * mebibyte, multipartAboveBytes: 0, concurrency: 2 };
    await s3Blobs({ client, bucket: await freshBucket(), ...parts }).put(twenty);
    expect(most).toBe(2);
  });

  test("an upload of which a part is refused leaves no object and no part", async () => {
    const { client, bucket, blobs } = await fresh("partless");
    await expect(blobs.put(twenty)).rejects.toMatchObject({
      code: "io/failed",
      message: expect.stringMatching(/AccessDenied.*UploadPart s3:\/\/partless-\d+\/objects\/sha256.*HTTP 403/),
    });
    expect(client.sent.at(-2)).toBe("AbortMultipartUpload");
    expect(await uploadsLeft(bucket)).toBe(0);
    expect(await all(blobs)).toEqual([]);
  });

  test("an upload that cannot be aborted either says that parts are left", async () => {
    const [inner, bucket] = [server().client(), await freshBucket("partless")];
    const client: S3ClientLike = {
      send: (command: Parameters<S3Client["send"]>[0]) => {
        if (command.constructor.name === "AbortMultipartUploadCommand") throw new Error("connection lost");
        return inner.send(command);
      },
    };
    const put = s3Blobs({ client, bucket }).put(twenty);
    await expect(put).rejects.toThrow(/io\/failed: .*could not be aborted.*AccessDenied.*lifecycle rule/);
    expect(await uploadsLeft(bucket)).toBe(1);
  });

  test("a write of which the answer is lost, and which the client sends again, has succeeded", async () => {
    const { client, bucket, blobs } = await fresh("answerless");
    for (const bytes of [text, twenty]) {
      const { digest } = await blobs.put(bytes);
      expect(digestOf(await blobs.get(digest))).toBe(digestOf(bytes));
    }
    expect(client.sent.filter((name) => name === "PutObject")).toHaveLength(1);
    expect(await uploadsLeft(bucket)).toBe(0);
  });

  test("other bytes behind its back are blob/corrupt, whatever their length; putting the bytes again repairs them", async () => {
    const { bucket, blobs } = await fresh();
    for (const bytes of [text, twenty]) {
      const { digest } = await blobs.put(bytes);
      const changed = Uint8Array.from(bytes);
      changed[7] = (changed[7] ?? 0) ^ 1;
      for (const damage of bytes === twenty ? [changed] : [changed, bytes.slice(0, 4), new Uint8Array(0)]) {
        await overwrite(bucket, digest, damage);
        await expect(blobs.get(digest)).rejects.toMatchObject({
          code: "blob/corrupt",
          message: expect.stringContaining(`${digest} in s3://${bucket}/${keyOf(digest)}`),
        });
        await blobs.put(bytes);
        expect(digestOf(await blobs.get(digest))).toBe(digest);
      }
    }
  });

  test("a server without checksums is not believed: the bytes are sent again", async () => {
    const { bucket, blobs } = await fresh("unsummed");
    const { digest } = await blobs.put(text);
    await overwrite(bucket, digest, new TextEncoder().encode("weights of a modem"));
    await blobs.put(text);
    expect(digestOf(await blobs.get(digest))).toBe(digest);
  });

  test("an object removed between two looks at it can be put", async () => {
    const [inner, bucket] = [server().client(), await freshBucket()];
    const client: S3ClientLike = {
      send: async (command: Parameters<S3Client["send"]>[0]) => {
        if (command.constructor.name === "HeadObjectCommand")
          await inner.send(new DeleteObjectCommand({ Bucket: bucket, Key: keyOf(digestOf(text)) }));
        return await inner.send(command);
      },
    };
    const blobs = s3Blobs({ client, bucket });
    await blobs.put(text);
    await blobs.put(text);
    expect(await blobs.get(digestOf(text))).toEqual(text);
  });

  test("many stores put the same blobs at once, small and large", async () => {
    const { bucket, blobs } = await fresh();
    const stores = Array.from({ length: 6 }, () => s3Blobs({ client: server().client(), bucket }));
    const large = twenty.subarray(0, 17 * mebibyte);
    await Promise.all(stores.flatMap((store) => [store.put(text), store.put(large)]));
    expect((await all(blobs)).map(({ sizeBytes }) => sizeBytes).sort((a, b) => a - b)).toEqual([18, 17 * mebibyte]);
    expect(digestOf(await blobs.get(digestOf(large)))).toBe(digestOf(large));
    expect(await uploadsLeft(bucket)).toBe(0);
  });

  test("stores of different prefixes see nothing of one another, also where one is the start of the other", async () => {
    const [client, bucket] = [server().client(), await freshBucket()];
    const [bare, slashed, longer, deeper] = ["team", "team/", "team-b", "team/objects"].map((prefix) =>
      s3Blobs({ client, bucket, prefix }),
    ) as [BlobStore, BlobStore, BlobStore, BlobStore];
    const { digest } = await bare.put(text);
    expect(await slashed.get(digest)).toEqual(text);
    for (const other of [longer, deeper, s3Blobs({ client, bucket })]) {
      expect(await other.has(digest)).toBe(false);
      expect(await all(other)).toEqual([]);
    }
    await longer.put(text);
    await bare.delete(digest);
    expect(await longer.has(digest)).toBe(true);
    const { Contents } = await client.send(new ListObjectsV2Command({ Bucket: bucket }));
    expect(Contents?.map(({ Key }) => Key)).toEqual([`team-b/${keyOf(digest)}`]);
  });

  test("foreign objects below the prefix are not listed", async () => {
    const { bucket, blobs } = await fresh();
    const ref = await blobs.put(text);
    const hex = ref.digest.slice(7);
    for (const Key of ["objects/sha256/README", `objects/sha256/00/${hex}`, `objects/sha256/${hex}`, "refs/x"])
      await server()
        .client()
        .send(new PutObjectCommand({ Bucket: bucket, Key, Body: "x" }));
    expect(await all(blobs)).toMatchObject([ref]);
  });

  test("2,500 blobs are listed over several pages, each once", async () => {
    const { client, bucket, blobs } = await fresh("crowded");
    await server()
      .client()
      .send(new PutObjectCommand({ Bucket: bucket, Key: "blobs/2500", Body: "x" }));
    const put = new Set(Array.from({ length: 2500 }, (_, i) => digestOf(`blob ${i}`)));
    const listed = await all(blobs);
    expect(client.sent.filter((name) => name === "ListObjectsV2")).toHaveLength(3);
    expect(listed).toHaveLength(2500);
    expect(new Set(listed.map(({ digest }) => digest))).toEqual(put);
    expect(new TextDecoder().decode(await blobs.get(digestOf("blob 2499")))).toBe("blob 2499");
  });

  test("bytes are on an 8-byte boundary", async () => {
    const { blobs } = await fresh();
    for (const size of [1, 9, 1000]) {
      const { digest } = await blobs.put(randomBytes("aligned", size));
      expect((await blobs.get(digest)).byteOffset % 8).toBe(0);
    }
  });

  test("a bucket that does not exist is named by every method; none answers as if it were empty", async () => {
    const blobs = s3Blobs({ client: server().client(), bucket: "no-such-bucket" });
    const digest = digestOf(text);
    const calls = [
      () => blobs.put(text),
      () => blobs.put(twenty),
      () => blobs.get(digest),
      () => blobs.has(digest),
      () => blobs.delete(digest),
      () => all(blobs),
    ];
    for (const call of calls)
      await expect(call()).rejects.toMatchObject({
        code: "io/failed",
        message: expect.stringMatching(/NoSuchBucket.*s3:\/\/no-such-bucket\/.*Create the bucket/),
      });
  });

  test("credentials that the server does not know, or that lack the right, are told apart", async () => {
    const bucket = await freshBucket();
    const authenticate = (after: string): Promise<Response> =>
      fetch(`${server().url}/moto-api/reset-auth`, { method: "POST", body: after });
    await authenticate("0");
    try {
      const put = s3Blobs({ client: server().client(), bucket }).put(text);
      await expect(put).rejects.toThrow(/io\/failed: found InvalidAccessKeyId.*HTTP 403.*credentials that the server/);
    } finally {
      await authenticate("inf");
    }
    const denied = s3Blobs({
      client: server().client(),
      bucket: await freshBucket("partless"),
      multipartAboveBytes: 0,
      partSizeBytes: 5 * mebibyte,
    });
    await expect(denied.put(twenty)).rejects.toThrow(
      /io\/failed: found AccessDenied.*Grant s3:GetObject, s3:PutObject/,
    );
  });

  test("a server that throttles, is full or does not answer: what happened and what to do", async () => {
    const options = { maxAttempts: 2 };
    const throttling = s3Blobs({ client: server().client(options), bucket: await freshBucket("throttling") });
    const digest = digestOf(text);
    for (const call of [() => throttling.put(text), () => throttling.get(digest), () => throttling.has(digest)])
      await expect(call()).rejects.toThrow(/io\/failed: found .*HTTP 503.*at this rate.*maxAttempts/);
    const { blobs: full } = await fresh("full");
    await expect(full.put(text)).rejects.toMatchObject({ code: "io/disk-full" });
    const gone = s3Blobs({ client: server().client({ ...options, endpoint: "http://127.0.0.1:1" }), bucket: "b" });
    await expect(gone.put(text)).rejects.toThrow(
      /io\/failed: found ECONNREFUSED.*PutObject s3:\/\/b\/objects.*endpoint/,
    );
  });

  test("a blob in another's place is not taken for it", async () => {
    const { bucket, blobs } = await fresh();
    const { digest } = await blobs.put(text);
    const other = await blobs.put(new TextEncoder().encode("another model's"));
    await overwrite(bucket, digest, await blobs.get(other.digest));
    await expect(blobs.get(digest)).rejects.toMatchObject({ code: "blob/corrupt" });
  });

  test("the host's client is never destroyed", async () => {
    const client = server().client();
    const bucket = await freshBucket();
    const { digest } = await s3Blobs({ client, bucket }).put(text);
    const found = await client.send(new GetObjectCommand({ Bucket: bucket, Key: keyOf(digest) }));
    expect(await found.Body?.transformToString()).toBe("weights of a model");
  });
});

test("options out of their bounds are refused, with the bounds", () => {
  const client: S3ClientLike = { send: () => Promise.reject(new Error("nothing is sent")) };
  const wrong: Partial<S3BlobOptions>[] = [
    { bucket: "" },
    { prefix: "/a" },
    { prefix: "a//b" },
    { prefix: "../a" },
    { prefix: "a b" },
    { prefix: "a\n" },
    { multipartAboveBytes: -1 },
    { multipartAboveBytes: 6 * 2 ** 30 },
    { partSizeBytes: 1024 },
    { partSizeBytes: Number.NaN },
    { concurrency: 0 },
    { concurrency: 1.5 },
  ];
  for (const options of wrong)
    expect(() => s3Blobs({ client, bucket: "b", ...options }), JSON.stringify(options)).toThrow(/argument\/invalid/);
});
