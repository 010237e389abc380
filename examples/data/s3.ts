// Blobs in S3, by a client of yours: `s3Blobs` needs an object with `send`, so that retries, tracing or counting wrap around it.
// There is no S3 here: a server of this process keeps objects in a Map and answers as S3 does, as far as this program asks.
import { createServer } from "node:http";
import { buffer } from "node:stream/consumers";
import { S3Client } from "@aws-sdk/client-s3";
import { openWorkspace } from "sluice";
import { s3Blobs, type S3ClientLike } from "sluice/backends/s3";
import { day, expect, flights, withWorkspace } from "./shared/flights.ts";

interface StoredObject {
  readonly bytes: Buffer;
  readonly checksum: string;
}
const objects = new Map<string, StoredObject>();
const server = createServer(async (request, response) => {
  const key = new URL(request.url ?? "/", "http://localhost").pathname;
  const checksum = String(request.headers["x-amz-checksum-sha256"] ?? "");
  const found = objects.get(key);
  if (request.method === "PUT") objects.set(key, { bytes: await buffer(request), checksum });
  else if (request.method === "DELETE") objects.delete(key);
  else if (found === undefined) {
    response.statusCode = key.split("/").length > 2 ? 404 : 200; // the bucket itself is there
    response.end(
      response.statusCode === 404 && request.method === "GET" ? "<Error><Code>NoSuchKey</Code></Error>" : "",
    );
    return;
  } else {
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "") ?? [];
    const bytes = from === undefined ? found.bytes : found.bytes.subarray(Number(from), Number(to) + 1);
    if (from === undefined) response.setHeader("x-amz-checksum-sha256", found.checksum);
    else response.statusCode = 206;
    response.setHeader("content-length", bytes.length);
    response.end(request.method === "HEAD" ? "" : bytes);
    return;
  }
  response.end();
});
await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
const address = server.address();
expect(typeof address === "object" && address !== null, "the server listens");

// The client is yours: region, credentials, retries. Here one more thing is wrapped around it.
const credentials = { accessKeyId: "example", secretAccessKey: "example" };
const endpoint = `http://127.0.0.1:${address.port}`;
const aws = new S3Client({ endpoint, region: "us-east-1", forcePathStyle: true, credentials });
const sent = new Map<string, number>();
const client: S3ClientLike = {
  send: (command) => {
    const { name } = command.constructor;
    sent.set(name, (sent.get(name) ?? 0) + 1);
    return aws.send(command as Parameters<typeof aws.send>[0]);
  },
};

await withWorkspace(async (_local, folder) => {
  const blobs = s3Blobs({ client, bucket: "models", prefix: "team-a" });
  const ws = await openWorkspace({ path: `${folder}/s3`, blobs });
  await ws.data.ingest(flights, day(8));
  const result = await ws.data.ingest(flights, day(9));
  console.log(result.summary);
  console.log(
    "in the bucket:",
    [...objects].map(([key, { bytes }]) => `${key.slice(0, 40)}… ${bytes.length} bytes`),
  );
  expect(
    [...objects.keys()].every((key) => key.startsWith("/models/team-a/objects/sha256/")),
    "by their digests",
  );
  expect(
    [...objects.values()].every(({ checksum }) => checksum !== ""),
    "with a checksum for the server to compare",
  );

  expect((await ws.data.read("flights", { columns: ["delay"] })).rowCount === 33_831, "read back, verified");
  console.log("sent:", sent);
  await ws.close();
});
aws.destroy(); // closing a workspace never closes a client of yours
server.close();
