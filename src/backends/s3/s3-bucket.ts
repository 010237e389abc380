import type * as S3Sdk from "@aws-sdk/client-s3";
import type { Clock } from "../../core/clock.ts";
import { digestOf } from "../../core/digest.ts";
import { loadS3 } from "./s3-client.ts";
import { s3Error, s3ErrorName, s3ErrorStatus } from "./s3-errors.ts";
import { keyPrefix, type S3Location } from "./s3-location.ts";
import { base64Of } from "./sha256-base64.ts";

/** The commands of the SDK, and its client as far as it is used. */
export interface S3Session {
  readonly sdk: typeof S3Sdk;
  readonly client: Pick<S3Sdk.S3Client, "send">;
}

/** An object without its bytes. */
export interface S3Head {
  readonly sizeBytes: number;
  /** The SHA-256 that the server keeps, in its base64 form (of the parts' digests where it came in parts); undefined where it keeps none. */
  readonly checksum: string | undefined;
}

/** An object as it was read; the tag names its state for a conditional write. */
export interface S3Object {
  readonly bytes: Uint8Array;
  readonly tag: string;
}

/** What a write requires of the object's state: that there is none, or that it has this tag still. */
export type S3Condition = "absent" | { readonly tag: string };

/** `refused`: the condition did not hold. `unsupported`: the server knows no such condition. */
export type S3Written = "written" | "refused" | "unsupported";

/** For how long what is written can be neither removed nor replaced. */
export interface S3Lock {
  readonly mode: "governance" | "compliance";
  readonly lockedForMs: number;
  readonly clock: Clock;
}

/** The objects below a prefix of a bucket. Keys are relative to the prefix; errors are SluiceErrors. */
export class S3Bucket {
  readonly #location: S3Location;
  readonly #prefix: string;
  readonly #lock: S3Lock | undefined;
  #session: Promise<S3Session> | undefined;
  #exists: Promise<void> | undefined;

  constructor(location: S3Location, lock?: S3Lock) {
    this.#location = location;
    this.#lock = lock;
    this.#prefix = keyPrefix(location);
  }

  /** Where an object lies, for messages: `s3://bucket/key`. */
  placeOf(key: string): string {
    return `s3://${this.#location.bucket}/${this.#prefix}${key}`;
  }

  /** The bucket and key that a command names. */
  target(key: string): { readonly Bucket: string; readonly Key: string } {
    return { Bucket: this.#location.bucket, Key: `${this.#prefix}${key}` };
  }

  /** What a write names to be locked from now on. */
  locking(): { readonly ObjectLockMode?: S3Sdk.ObjectLockMode; readonly ObjectLockRetainUntilDate?: Date } {
    if (this.#lock === undefined) return {};
    const { mode, lockedForMs, clock } = this.#lock;
    return {
      ObjectLockMode: mode === "governance" ? "GOVERNANCE" : "COMPLIANCE",
      ObjectLockRetainUntilDate: new Date(clock.nowMs() + lockedForMs),
    };
  }

  /** Runs a request; what it throws becomes the error of that operation. */
  async request<R>(operation: string, key: string, work: (session: S3Session) => Promise<R>): Promise<R> {
    try {
      this.#session ??= loadS3().then((sdk) => ({ sdk, client: this.#location.client as S3Session["client"] }));
      return await work(await this.#session);
    } catch (error) {
      throw s3Error(error, { operation, place: this.placeOf(key) });
    }
  }

  /** An object, or of its bytes those in `[from, to)` that it has; undefined where there is none. */
  async read(key: string, range?: { readonly from: number; readonly to: number }): Promise<S3Object | undefined> {
    const command = { ...this.target(key), ...(range && { Range: `bytes=${range.from}-${range.to - 1}` }) };
    return await this.request("GetObject", key, async ({ sdk, client }) => {
      try {
        const { Body, ETag } = await client.send(new sdk.GetObjectCommand(command));
        return { bytes: (await Body?.transformToByteArray()) ?? new Uint8Array(), tag: ETag ?? "" };
      } catch (error) {
        if (s3ErrorName(error) === "NoSuchKey") return undefined;
        if (s3ErrorStatus(error) === 416) return { bytes: new Uint8Array(), tag: "" };
        throw error;
      }
    });
  }

  /** An object's size and checksum, or undefined where there is none. */
  async head(key: string): Promise<S3Head | undefined> {
    const command = { ...this.target(key), ChecksumMode: "ENABLED" } as const;
    const found = await this.request("HeadObject", key, async ({ sdk, client }) => {
      try {
        return await client.send(new sdk.HeadObjectCommand(command));
      } catch (error) {
        if (s3ErrorStatus(error) === 404) return undefined;
        throw error;
      }
    });
    if (found !== undefined) return { sizeBytes: found.ContentLength ?? 0, checksum: found.ChecksumSHA256 };
    await this.#requireBucket();
    return undefined;
  }

  /** Writes an object whole, with the SHA-256 by which the server checks what arrived. */
  async write(key: string, bytes: Uint8Array, condition?: S3Condition): Promise<S3Written> {
    const wanted =
      condition === undefined ? {} : condition === "absent" ? { IfNoneMatch: "*" } : { IfMatch: condition.tag };
    const checksum = { ChecksumAlgorithm: "SHA256", ChecksumSHA256: base64Of(digestOf(bytes)) } as const;
    const command = { ...this.target(key), Body: bytes, ...checksum, ...wanted, ...this.locking() };
    return await this.request("PutObject", key, async ({ sdk, client }) => {
      try {
        await client.send(new sdk.PutObjectCommand(command));
        return "written";
      } catch (error) {
        const outcome = condition === undefined ? undefined : refusal(error);
        if (outcome !== undefined) return outcome;
        throw error;
      }
    });
  }

  /** Removes an object; removing none is no error. */
  async remove(key: string): Promise<void> {
    await this.request("DeleteObject", key, ({ sdk, client }) =>
      client.send(new sdk.DeleteObjectCommand(this.target(key))),
    );
  }

  /** Every object whose key begins with `start`, in the order of their keys. */
  async *list(
    start: string,
  ): AsyncIterable<{ readonly key: string; readonly sizeBytes: number; readonly modifiedAtMs: number }> {
    let next: string | undefined;
    do {
      const { Bucket, Key: Prefix } = this.target(start);
      const page = await this.request("ListObjectsV2", start, ({ sdk, client }) =>
        client.send(new sdk.ListObjectsV2Command({ Bucket, Prefix, ...(next && { ContinuationToken: next }) })),
      );
      for (const { Key, Size, LastModified } of page.Contents ?? []) {
        if (!Key?.startsWith(this.#prefix)) continue;
        const modifiedAtMs = LastModified?.getTime() ?? 0;
        yield { key: Key.slice(this.#prefix.length), sizeBytes: Size ?? 0, modifiedAtMs };
      }
      next = page.IsTruncated === true ? page.NextContinuationToken : undefined;
    } while (next !== undefined);
  }

  /** Makes an object as young as a new one, without sending its bytes. */
  async renew(key: string): Promise<void> {
    const { Bucket, Key } = this.target(key);
    const command = {
      Bucket,
      Key,
      CopySource: `${Bucket}/${encodeURI(Key)}`,
      // An object may be copied onto itself only where something about it is replaced.
      MetadataDirective: "REPLACE",
      ChecksumAlgorithm: "SHA256",
      ...this.locking(),
    } as const;
    await this.request("CopyObject", key, ({ sdk, client }) => client.send(new sdk.CopyObjectCommand(command)));
  }

  /** An answer to HEAD has no body, so "no such object" and "no such bucket" look alike: this tells them apart, once. */
  #requireBucket(): Promise<void> {
    this.#exists ??= this.request("HeadBucket", "", async ({ sdk, client }) => {
      await client.send(new sdk.HeadBucketCommand({ Bucket: this.#location.bucket })).catch((error: unknown) => {
        if (s3ErrorStatus(error) !== 404) throw error;
        throw new sdk.NoSuchBucket({
          message: "The specified bucket does not exist",
          $metadata: { httpStatusCode: 404 },
        });
      });
    }).catch((error: unknown) => {
      this.#exists = undefined;
      throw error;
    });
    return this.#exists;
  }
}

/** What an error says of a condition: 412 and 409 that it did not hold (409: another write was under way), as does the object's absence. */
function refusal(error: unknown): S3Written | undefined {
  const status = s3ErrorStatus(error);
  if (status === 412 || status === 409 || s3ErrorName(error) === "NoSuchKey") return "refused";
  return status === 501 ? "unsupported" : undefined;
}
