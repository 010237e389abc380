import type * as S3Sdk from "@aws-sdk/client-s3";
import { SluiceError } from "../../core/errors.ts";

/** What the stores need of a host's client: `S3Client` of `@aws-sdk/client-s3` has this shape. */
export interface S3ClientLike {
  /** Sends a command and resolves with its output, after whatever retries the client is set up for. */
  send(command: object): Promise<unknown>;
}

/** Loads the package that the commands come from. Errors: `optional-dependency/missing`. */
export async function loadS3(): Promise<typeof S3Sdk> {
  try {
    return await import("@aws-sdk/client-s3");
  } catch (cause) {
    throw new SluiceError("optional-dependency/missing", {
      found: "no package @aws-sdk/client-s3 that loads here",
      expected: "it, for blobs and refs in S3",
      fix: "Install it: npm install @aws-sdk/client-s3. On Deno, allow it to read the environment: --allow-env (see the cause).",
      cause,
    });
  }
}
