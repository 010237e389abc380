import type { Ref, RefCapabilities, RefStore } from "../../contracts/ref-store.ts";
import { type Digest, isDigest } from "../../core/digest.ts";
import { SluiceError } from "../../core/errors.ts";
import { randomBytes } from "../../core/platform.ts";
import { requireRefName } from "../../core/ref-name.ts";
import { S3Bucket, type S3Condition, type S3Written } from "./s3-bucket.ts";
import type { S3Location } from "./s3-location.ts";

interface StoredRef {
  readonly digest: Digest;
  /** Of the write that put it there; no two are equal, so neither are the tags of two states. */
  readonly writeId: string;
  readonly tag: string;
}

const refs = "refs/";
/** No ref can have this name. */
const probe = ".conditional-writes";
const mostTries = 10;

/**
 * A {@link RefStore} in an S3 bucket, by the host's client: a small text object a ref in `refs/`, moved by conditional writes (`If-None-Match`, `If-Match`).
 * Before its first move the store makes sure that the server heeds conditions, since one that ignores them loses refs silently.
 *
 * A write of which the answer was lost, and which the client sent again, is told from another writer's; only if another writer
 * moved the ref on in between does {@link RefStore.compareAndSet} say false of a move that did happen.
 *
 * Errors beyond those of the port: `argument/invalid` here; `optional-dependency/missing` at first use.
 *
 * @example
 * ```ts no-run
 * import { S3Client } from "@aws-sdk/client-s3";
 * import { s3Blobs, s3Refs } from "sluice/backends/s3";
 *
 * const location = { client: new S3Client({ region: "eu-central-1" }), bucket: "models", prefix: "team-a" };
 * const refs = s3Refs(location);
 * const { digest } = await s3Blobs(location).put(new TextEncoder().encode("weights"));
 * const before = await refs.read("models/delay");
 * if (!(await refs.compareAndSet("models/delay", before, digest))) throw new Error("another writer was first");
 * ```
 */
export function s3Refs(location: S3Location): RefStore {
  return new S3RefStore(new S3Bucket(location));
}

class S3RefStore implements RefStore {
  readonly capabilities: RefCapabilities = { durable: true };
  readonly #bucket: S3Bucket;
  #heeds: Promise<void> | undefined;

  constructor(bucket: S3Bucket) {
    this.#bucket = bucket;
  }

  async read(name: string): Promise<Digest | undefined> {
    return (await this.#stored(refs + requireRefName(name)))?.digest;
  }

  async compareAndSet(name: string, expected: Digest | undefined, next: Digest): Promise<boolean> {
    const key = refs + requireRefName(name);
    const writeId = newWriteId();
    await this.#requireConditions();
    let current = expected === undefined ? undefined : await this.#stored(key);
    for (let tries = 0; tries < mostTries; tries++) {
      if (current?.digest !== expected) return false;
      const condition = current === undefined ? "absent" : { tag: current.tag };
      if ((await this.#write(key, next, writeId, condition)) === "written") return true;
      current = await this.#stored(key);
      if (current?.writeId === writeId) return true;
    }
    throw new SluiceError("io/failed", {
      found: `${mostTries} conditional writes of ${this.#bucket.placeOf(key)} refused, though it stood for what was expected each time`,
      expected: "a server that takes a write whose condition holds",
      fix: "Call again when fewer writers move this ref.",
    });
  }

  async delete(name: string): Promise<void> {
    await this.#bucket.remove(refs + requireRefName(name));
  }

  async *list(start: string): AsyncIterable<Ref> {
    for await (const { key } of this.#bucket.list(refs + start)) {
      const name = key.slice(refs.length);
      const digest = await this.read(name);
      if (digest !== undefined) yield { name, digest };
    }
  }

  async #stored(key: string): Promise<StoredRef | undefined> {
    const found = await this.#bucket.read(key);
    if (found === undefined) return undefined;
    const text = new TextDecoder().decode(found.bytes);
    const [digest = "", writeId = ""] = /^(sha256:[0-9a-f]{64}) ([0-9a-f]{24})\n$/.exec(text)?.slice(1) ?? [];
    if (isDigest(digest)) return { digest, writeId, tag: found.tag };
    throw new SluiceError("ref/corrupt", {
      found: `${JSON.stringify(text.slice(0, 120))} in ${this.#bucket.placeOf(key)}`,
      expected: "a digest, a space, the id of a write and a line feed",
      fix: "See who else writes below this prefix; delete the ref and set it again, or restore an older version of the object.",
    });
  }

  #write(key: string, digest: Digest, writeId: string, condition: S3Condition): Promise<S3Written> {
    return this.#bucket.write(key, new TextEncoder().encode(`${digest} ${writeId}\n`), condition);
  }

  /** Once a store: a second object under the same key, and a change of a state that never was, must be refused. */
  #requireConditions(): Promise<void> {
    this.#heeds ??= this.#probe().catch((error: unknown) => {
      this.#heeds = undefined;
      throw error;
    });
    return this.#heeds;
  }

  async #probe(): Promise<void> {
    const bytes = new TextEncoder().encode("conditional writes are heeded here\n");
    await this.#bucket.write(probe, bytes, "absent");
    for (const condition of ["absent", { tag: `"${"0".repeat(32)}"` }] as const) {
      const written = await this.#bucket.write(probe, bytes, condition);
      if (written !== "refused") throw this.#careless(condition === "absent" ? "If-None-Match" : "If-Match", written);
    }
  }

  #careless(header: string, written: S3Written): SluiceError {
    return new SluiceError("io/failed", {
      found: `a server that ${written === "written" ? "ignores" : "does not know"} the ${header} of a write (PutObject ${this.#bucket.placeOf(probe)})`,
      expected: "one that heeds If-None-Match and If-Match, without which writers overwrite one another's refs",
      fix: "Take a newer version of it, or keep refs elsewhere; blobs need no conditions.",
    });
  }
}

function newWriteId(): string {
  return Array.from(randomBytes(12), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
