import { SluiceError } from "../../core/errors.ts";

/** A branch or a tag, and the commit it stands for. */
export interface LakeFsRef {
  readonly name: string;
  readonly commit: string;
}

/** A commit. */
export interface LakeFsCommit {
  readonly id: string;
  readonly parents: readonly string[];
  readonly committer: string;
  readonly message: string;
  readonly createdAtMs: number;
  readonly metadata: { readonly [key: string]: string };
}

/** An object that differs. */
export interface LakeFsChange {
  readonly type: "added" | "removed" | "changed" | "conflict" | "prefix_changed";
  readonly path: string;
  readonly sizeBytes: number | undefined;
}

/** What lakeFS keeps of an object. */
export interface LakeFsObject {
  readonly path: string;
  /** As lakeFS computes it: equal content, equal checksum. */
  readonly checksum: string;
  readonly sizeBytes: number | undefined;
}

/** A JSON object from the wire, not yet looked into. */
export interface Wire {
  readonly body: { readonly [key: string]: unknown };
  /** What was asked, for messages. */
  readonly asked: string;
}

/** A JSON object of an answer. Errors: `data/malformed-source`. */
export function wire(body: unknown, asked: string): Wire {
  if (typeof body === "object" && body !== null && !Array.isArray(body))
    return { body: Object.fromEntries(Object.entries(body)), asked };
  throw unlike(asked, "no JSON object");
}

/** A member that must be a text. */
export function textOf({ body, asked }: Wire, key: string): string {
  const value = body[key];
  if (typeof value === "string") return value;
  throw unlike(asked, `no text "${key}"`);
}

/** The members of a list. */
export function listOf<T>(answer: Wire, key: string, read: (item: Wire) => T): readonly T[] {
  const value = answer.body[key];
  if (!Array.isArray(value)) throw unlike(answer.asked, `no list "${key}"`);
  return value.map((item) => read(wire(item, answer.asked)));
}

/** A Ref of the API. */
export function refOf(item: Wire): LakeFsRef {
  return { name: textOf(item, "id"), commit: textOf(item, "commit_id") };
}

/** A Commit of the API. */
export function commitOf(item: Wire): LakeFsCommit {
  const { parents, metadata, creation_date: seconds } = item.body;
  if (!Array.isArray(parents) || typeof seconds !== "number")
    throw unlike(item.asked, "a commit without parents or date");
  return {
    id: textOf(item, "id"),
    parents: parents.map(String),
    committer: textOf(item, "committer"),
    message: textOf(item, "message"),
    createdAtMs: seconds * 1000,
    metadata: Object.fromEntries(Object.entries(metadata ?? {}).map(([key, value]) => [key, String(value)])),
  };
}

const changeTypes = ["added", "removed", "changed", "conflict", "prefix_changed"] as const;

/** A Diff of the API. */
export function changeOf(item: Wire): LakeFsChange {
  const type = changeTypes.find((known) => known === item.body["type"]);
  if (type === undefined) throw unlike(item.asked, `a change of type ${JSON.stringify(item.body["type"])}`);
  return { type, path: textOf(item, "path"), sizeBytes: sizeOf(item) };
}

/** An ObjectStats of the API. */
export function objectOf(item: Wire): LakeFsObject {
  return { path: textOf(item, "path"), checksum: textOf(item, "checksum"), sizeBytes: sizeOf(item) };
}

function sizeOf({ body }: Wire): number | undefined {
  return typeof body["size_bytes"] === "number" ? body["size_bytes"] : undefined;
}

function unlike(asked: string, found: string): SluiceError {
  return new SluiceError("data/malformed-source", {
    found: `${found} in the answer to ${asked}`,
    expected: "an answer as the lakeFS API (version 1) describes it",
    fix: "Check that the address is that of a lakeFS server, and what stands between.",
  });
}
