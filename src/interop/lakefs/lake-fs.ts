import { SluiceError } from "../../core/errors.ts";
import { ask, type LakeFsOptions, type LakeFsRequest, messageOf } from "./lake-fs-http.ts";
import {
  changeOf,
  commitOf,
  type LakeFsChange,
  type LakeFsCommit,
  type LakeFsObject,
  type LakeFsRef,
  listOf,
  objectOf,
  refOf,
  textOf,
  type Wire,
  wire,
} from "./lake-fs-records.ts";

interface Signalled {
  readonly signal?: AbortSignal;
}

/** A repository of a lakeFS server. `ref` is a branch, a tag or a commit. Errors of each: `io/failed`, `data/malformed-source`. */
export interface LakeFs {
  /** A branch; undefined where there is none. */
  branch(name: string, options?: Signalled): Promise<LakeFsRef | undefined>;
  /** All branches, page by page. */
  branches(options?: Signalled): AsyncIterable<LakeFsRef>;
  /** Makes a branch from a ref. Errors: `definition/conflict` for one that exists. */
  createBranch(name: string, source: string, options?: Signalled): Promise<void>;
  /** Removes a branch. */
  deleteBranch(name: string, options?: Signalled): Promise<void>;
  /** All tags, page by page. */
  tags(options?: Signalled): AsyncIterable<LakeFsRef>;
  /** Errors: `definition/conflict` for a tag that exists. */
  createTag(name: string, ref: string, options?: Signalled): Promise<LakeFsRef>;
  /** Commits what was uploaded to a branch; with nothing uploaded, `allowEmpty` commits all the same. Errors: `data/head-moved` (another commit meanwhile), `io/failed` (nothing to commit, a refusing hook). */
  commit(
    branch: string,
    message: string,
    options?: Signalled & { readonly metadata?: { readonly [key: string]: string }; readonly allowEmpty?: boolean },
  ): Promise<LakeFsCommit>;
  /** The commits of a ref, newest first. */
  log(ref: string, options?: Signalled): AsyncIterable<LakeFsCommit>;
  /** What the right ref has otherwise than their common ancestor, as lakeFS shows a merge. */
  diff(left: string, right: string, options?: Signalled): AsyncIterable<LakeFsChange>;
  /**
   * Merges a ref into a branch. `conflict`: both changed the same object, and nothing was changed. Errors: `io/failed` for a hook that
   * refuses (412), with its message.
   */
  merge(
    source: string,
    into: string,
    options?: Signalled & { readonly message?: string; readonly strategy?: "dest-wins" | "source-wins" },
  ): Promise<
    { readonly outcome: "merged"; readonly commit: string } | { readonly outcome: "conflict"; readonly reason: string }
  >;
  /** Uploads an object to a branch. `ifMatch`: only over that checksum, `null`: only where there is none; undefined = it was otherwise. */
  upload(
    branch: string,
    path: string,
    bytes: Uint8Array,
    options?: Signalled & { readonly ifMatch?: string | null },
  ): Promise<LakeFsObject | undefined>;
  /** An object's bytes; undefined where there is none. */
  download(ref: string, path: string, options?: Signalled): Promise<Uint8Array | undefined>;
  /** What lakeFS keeps of an object; undefined where there is none. */
  stat(ref: string, path: string, options?: Signalled): Promise<LakeFsObject | undefined>;
  /** The objects whose path begins with `prefix`, in order. */
  objects(ref: string, prefix: string, options?: Signalled): AsyncIterable<LakeFsObject>;
  /** Removes an object from a branch; the removal counts once it is committed. */
  deleteObject(branch: string, path: string, options?: Signalled): Promise<void>;
}

const pageSize = 1000;

/**
 * A repository of a lakeFS server, by its REST API. Nothing is asked until a method is called, and nothing is tried again by itself.
 *
 * @example
 * ```ts
 * import { lakeFs } from "sluice/interop/lakefs";
 * const lake = lakeFs({
 *   url: "http://localhost:8000",
 *   repository: "shop",
 *   accessKeyId: "id",
 *   secretAccessKey: "secret",
 *   fetch: async () => Response.json({ id: "main", commit_id: "c1" }),
 * });
 * if ((await lake.branch("main"))?.commit !== "c1") throw new Error("the branch's commit expected");
 * ```
 */
export function lakeFs(options: LakeFsOptions): LakeFs {
  return { ...refMethods(options), ...objectMethods(options) };
}

type ObjectMethods = Pick<LakeFs, "upload" | "download" | "stat" | "objects" | "deleteObject">;

function refMethods(options: LakeFsOptions): Omit<LakeFs, keyof ObjectMethods> {
  const { found, pages } = asker(options);
  return {
    branch: (name, { signal } = {}) => found({ method: "GET", path: ["branches", name], signal }, refOf),
    branches: ({ signal } = {}) => pages({ method: "GET", path: ["branches"], signal }, refOf),
    createBranch: async (name, source, { signal } = {}) => {
      const answer = await ask(options, {
        method: "POST",
        path: ["branches"],
        json: { name, source },
        also: [409],
        signal,
      });
      if (answer.status === 409) throw exists("branch", name, messageOf(answer));
    },
    deleteBranch: async (name, { signal } = {}) => {
      await ask(options, { method: "DELETE", path: ["branches", name], signal });
    },
    tags: ({ signal } = {}) => pages({ method: "GET", path: ["tags"], signal }, refOf),
    createTag: async (name, ref, { signal } = {}) => {
      const answer = await ask(options, {
        method: "POST",
        path: ["tags"],
        json: { id: name, ref },
        also: [409],
        signal,
      });
      if (answer.status === 409) throw exists("tag", name, messageOf(answer));
      return refOf(wire(answer.json(), answer.asked));
    },
    commit: async (branch, message, { metadata = {}, allowEmpty = false, signal } = {}) => {
      const path = ["branches", branch, "commits"];
      const answer = await ask(options, {
        method: "POST",
        path,
        json: { message, metadata, allow_empty: allowEmpty },
        also: [409],
        signal,
      });
      if (answer.status === 409) throw moved(branch, messageOf(answer));
      return commitOf(wire(answer.json(), answer.asked));
    },
    log: (ref, { signal } = {}) => pages({ method: "GET", path: ["refs", ref, "commits"], signal }, commitOf),
    diff: (left, right, { signal } = {}) =>
      pages({ method: "GET", path: ["refs", left, "diff", right], signal }, changeOf),
    merge: async (source, into, { message, strategy, signal } = {}) => {
      const json = { ...(message !== undefined && { message }), ...(strategy !== undefined && { strategy }) };
      const path = ["refs", source, "merge", into];
      const answer = await ask(options, { method: "POST", path, json, also: [409], signal });
      // Of its own words the answer has none that the API describes.
      if (answer.status === 409)
        return { outcome: "conflict", reason: `${source} and ${into} changed the same: a conflict` };
      return { outcome: "merged", commit: textOf(wire(answer.json(), answer.asked), "reference") };
    },
  };
}

function objectMethods(options: LakeFsOptions): ObjectMethods {
  const { found, pages } = asker(options);
  return {
    upload: async (branch, path, bytes, { ifMatch, signal } = {}) => {
      const answer = await ask(options, {
        method: "POST",
        path: ["branches", branch, "objects"],
        query: { path },
        bytes,
        headers: ifMatch === undefined ? {} : ifMatch === null ? { "if-none-match": "*" } : { "if-match": ifMatch },
        also: [412],
        signal,
      });
      return answer.status === 412 ? undefined : objectOf(wire(answer.json(), answer.asked));
    },
    download: async (ref, path, { signal } = {}) => {
      const request = { method: "GET", path: ["refs", ref, "objects"], query: { path }, also: [404], signal } as const;
      const answer = await ask(options, request);
      return answer.status === 404 ? undefined : answer.bytes;
    },
    stat: (ref, path, { signal } = {}) =>
      found({ method: "GET", path: ["refs", ref, "objects", "stat"], query: { path }, signal }, objectOf),
    objects: (ref, prefix, { signal } = {}) =>
      pages({ method: "GET", path: ["refs", ref, "objects", "ls"], query: { prefix }, signal }, objectOf),
    deleteObject: async (branch, path, { signal } = {}) => {
      await ask(options, { method: "DELETE", path: ["branches", branch, "objects"], query: { path }, signal });
    },
  };
}

interface Asker {
  /** What an answer says; undefined for 404. */
  found<T>(request: LakeFsRequest, read: (answer: Wire) => T): Promise<T | undefined>;
  /** The items of all pages. */
  pages<T>(request: LakeFsRequest, read: (item: Wire) => T): AsyncIterable<T>;
}

function asker(options: LakeFsOptions): Asker {
  const one = async (request: LakeFsRequest): Promise<Wire> => {
    const answer = await ask(options, request);
    return wire(answer.json(), answer.asked);
  };
  const found = async <T>(request: LakeFsRequest, read: (answer: Wire) => T): Promise<T | undefined> => {
    const answer = await ask(options, { ...request, also: [404] });
    return answer.status === 404 ? undefined : read(wire(answer.json(), answer.asked));
  };
  const pages = async function* <T>(request: LakeFsRequest, read: (item: Wire) => T): AsyncGenerator<T> {
    for (let after: string | undefined; ; ) {
      const page = await one({ ...request, query: { ...request.query, after, amount: pageSize } });
      yield* listOf(page, "results", read);
      const pagination = wire(page.body["pagination"], page.asked);
      if (pagination.body["has_more"] !== true) return;
      after = textOf(pagination, "next_offset");
    }
  };
  return { found, pages };
}

function exists(kind: string, name: string, message: string): SluiceError {
  return new SluiceError("definition/conflict", {
    found: `a ${kind} "${name}" already (${message})`,
    expected: "a new name",
    fix: `Name another ${kind}, or delete this one first.`,
  });
}

function moved(branch: string, message: string): SluiceError {
  return new SluiceError("data/head-moved", {
    found: `another commit to branch "${branch}" of the lakeFS repository (${message})`,
    expected: "no other commit meanwhile",
    fix: "Commit again.",
  });
}
