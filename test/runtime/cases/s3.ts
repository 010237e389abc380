import assert from "node:assert/strict";
import { NoSuchKey } from "@aws-sdk/client-s3";
import { type S3ClientLike, s3Blobs, s3Refs } from "../../../src/backends/s3/index.ts";
import { digestOf } from "../../../src/core/digest.ts";
import { isSluiceError } from "../../../src/core/errors.ts";
import type { RuntimeCase } from "../runtime-case.ts";

/** The door and the SDK load on every runtime, without environment or network; what they do is tested against a server on Node. */
export const cases: readonly RuntimeCase[] = [
  {
    name: "s3: the SDK loads, its commands are made and its errors are understood",
    run: async () => {
      const sent: string[] = [];
      const client: S3ClientLike = {
        send: (command) => {
          sent.push(command.constructor.name);
          return Promise.reject(new NoSuchKey({ message: "no such key", $metadata: { httpStatusCode: 404 } }));
        },
      };
      const blobs = s3Blobs({ client, bucket: "models" });
      const error: unknown = await blobs.get(digestOf("never put")).catch((thrown: unknown) => thrown);
      assert.ok(isSluiceError(error, "blob/not-found"), String(error));
      assert.equal(await s3Refs({ client, bucket: "models" }).read("head"), undefined);
      assert.deepEqual(sent, ["GetObjectCommand", "GetObjectCommand"]);
      return undefined;
    },
  },
];
