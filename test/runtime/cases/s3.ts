import assert from "node:assert/strict";
import { type S3ClientLike, s3Blobs } from "../../../src/backends/s3/index.ts";
import { digestOf } from "../../../src/core/digest.ts";
import { isSluiceError } from "../../../src/core/errors.ts";
import type { RuntimeCase } from "../runtime-case.ts";

/** What the stores do is tested against a server, on Node; here, that the door and the SDK load, without network. */
export const cases: readonly RuntimeCase[] = [
  {
    name: "s3: commands are made and errors understood; without the right to read the environment, the error asks for it",
    run: async () => {
      const sent: string[] = [];
      const client: S3ClientLike = {
        send: (command) => {
          sent.push(command.constructor.name);
          return Promise.reject(Object.assign(new Error("no such key"), { name: "NoSuchKey" }));
        },
      };
      const blobs = s3Blobs({ client, bucket: "models" });
      const error: unknown = await blobs.get(digestOf("never put")).catch((thrown: unknown) => thrown);
      // The SDK reads the environment as it loads, which Deno may not allow it.
      if ("Deno" in globalThis && isSluiceError(error, "optional-dependency/missing")) {
        assert.match(error.fix, /--allow-env/);
        return undefined;
      }
      assert.ok(isSluiceError(error, "blob/not-found"), String(error));
      assert.deepEqual(sent, ["GetObjectCommand"]);
      return undefined;
    },
  },
];
