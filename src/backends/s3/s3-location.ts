import { SluiceError } from "../../core/errors.ts";
import type { S3ClientLike } from "./s3-client.ts";

/** Where in S3 a store keeps its objects, and the client to reach it. */
export interface S3Location {
  /**
   * The host's own client (`S3Client` fits), with its region, endpoint, credentials, timeouts and retries. The store only sends
   * commands and never destroys it.
   */
  readonly client: S3ClientLike;
  /** The bucket's name; it must exist. */
  readonly bucket: string;
  /** Every key begins with it and a slash. Stores with different prefixes share a bucket. @default none: the bucket's root */
  readonly prefix?: string;
}

const segment = /^[A-Za-z0-9!_.*'()=-]{1,255}$/;

/** What every key begins with: nothing, or the prefix and one slash. Errors: `argument/invalid`. */
export function keyPrefix({ bucket, prefix = "" }: S3Location): string {
  if (bucket === "") throw invalid("an empty bucket name", "the name of a bucket that exists");
  if (prefix === "") return "";
  const segments = prefix.replace(/\/$/, "").split("/");
  if (segments.every((each) => segment.test(each) && each !== "." && each !== "..")) return `${segments.join("/")}/`;
  throw invalid(
    `the prefix ${JSON.stringify(prefix)}`,
    "words of letters, digits and !_.*'()=- with single slashes between them and none at the start",
  );
}

function invalid(found: string, expected: string): SluiceError {
  return new SluiceError("argument/invalid", { found, expected, fix: "Choose a plain name." });
}
