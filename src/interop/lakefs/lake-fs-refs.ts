import { type Digest, isDigest } from "../../core/digest.ts";
import { SluiceError } from "../../core/errors.ts";
import type { LakeFs } from "./lake-fs.ts";

/** Where refs are kept in a lakeFS repository. */
export interface LakeFsRefsOptions {
  readonly lake: LakeFs;
  /** The branch that holds them. @default "main" */
  readonly branch?: string;
  /** What their objects' paths begin with. @default "sluice/refs/" */
  readonly prefix?: string;
}

/** Names that point to digests and move by compare-and-set. */
export interface LakeFsRefs {
  readonly capabilities: { readonly durable: true };
  /** What a name stands for; undefined where there is no such ref. Errors: `data/malformed-source`, `io/failed`. */
  read(name: string): Promise<Digest | undefined>;
  /** Moves a ref if it stands for `expected` (`undefined`: if there is none), then commits; answers whether it moved. Errors: `io/failed`. */
  compareAndSet(name: string, expected: Digest | undefined, next: Digest): Promise<boolean>;
  /** Removes a ref; removing an unknown one is no error. */
  delete(name: string): Promise<void>;
  /** Every ref whose name begins with `start`, ordered by name. */
  list(start: string): AsyncIterable<{ readonly name: string; readonly digest: Digest }>;
}

/**
 * Refs to dataset versions in a lakeFS repository: an object a ref, moved by a conditional upload and then committed, so that lakeFS's
 * log, branches and merges tell where each dataset stood. A move counts once its upload has succeeded: a commit that fails afterwards is
 * `io/failed` and leaves the moved ref uncommitted on the branch, to be committed with the next one.
 *
 * The server must honour `If-Match` and `If-None-Match` on uploads; on one that does not know them two writers could both be told true.
 *
 * @example
 * ```ts
 * import { lakeFs, lakeFsRefs } from "sluice/interop/lakefs";
 * const options = { url: "http://localhost:8000", repository: "shop", accessKeyId: "id", secretAccessKey: "secret" };
 * const refs = lakeFsRefs({ lake: lakeFs({ ...options, fetch: async () => new Response(null, { status: 404 }) }) });
 * if ((await refs.read("trips/main")) !== undefined) throw new Error("no such ref yet");
 * ```
 */
export function lakeFsRefs(options: LakeFsRefsOptions): LakeFsRefs {
  const { lake } = options;
  const branch = options.branch ?? "main";
  const prefix = options.prefix ?? "sluice/refs/";
  const place = (name: string): string => `${prefix}${requireName(name)}`;
  const read = async (path: string): Promise<Digest | undefined> => {
    const bytes = await lake.download(branch, path);
    return bytes === undefined ? undefined : digestIn(bytes, path);
  };
  return {
    capabilities: { durable: true },
    read: async (name) => await read(place(name)),
    compareAndSet: async (name, expected, next) => {
      const path = place(name);
      // The checksum first: content read after it belongs to it, or the upload is refused.
      const before = await lake.stat(branch, path);
      const current = before === undefined ? undefined : await read(path);
      if (current !== expected) return false;
      const bytes = new TextEncoder().encode(`${next}\n`);
      const moved = await lake.upload(branch, path, bytes, { ifMatch: before?.checksum ?? null });
      if (moved === undefined) return false;
      if (current !== next) {
        // Another writer's commit may have taken this upload along: then there is nothing left, and that is no error.
        const metadata = { "sluice.ref": name, "sluice.version": next, "sluice.before": expected ?? "" };
        await lake.commit(branch, `${name}: ${next.slice(0, 19)}`, { metadata, allowEmpty: true });
      }
      return true;
    },
    delete: async (name) => {
      const path = place(name);
      if ((await lake.stat(branch, path)) === undefined) return;
      await lake.deleteObject(branch, path);
      await lake.commit(branch, `${name}: removed`, { metadata: { "sluice.ref": name }, allowEmpty: true });
    },
    list: async function* (start) {
      for await (const { path } of lake.objects(branch, `${prefix}${start}`)) {
        const digest = await read(path);
        if (digest !== undefined) yield { name: path.slice(prefix.length), digest };
      }
    },
  };
}

function digestIn(bytes: Uint8Array, path: string): Digest {
  const text = new TextDecoder().decode(bytes).trimEnd();
  if (isDigest(text)) return text;
  throw new SluiceError("data/malformed-source", {
    found: `${JSON.stringify(text.slice(0, 80))} in the object ${path}`,
    expected: "the digest of a version",
    fix: "Set the object back with lakeFS: its log has what it held before.",
  });
}

function requireName(name: string): string {
  if (name.length <= 512 && /^[\w.-]+(\/[\w.-]+)*$/.test(name) && !/(^|\/)\.\.?(\/|$)/.test(name)) return name;
  throw new SluiceError("argument/invalid", {
    found: `the ref ${JSON.stringify(name)}`,
    expected: "words of letters, digits and ._- with slashes between them, at most 512 characters",
    fix: "Name it as in trips/main.",
  });
}
