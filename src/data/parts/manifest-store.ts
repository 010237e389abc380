import type { BlobStore } from "../../contracts/blob-store.ts";
import type { MetadataStore } from "../../contracts/metadata-store.ts";
import { type Digest, digestOf, isDigest } from "../../core/digest.ts";
import { isSluiceError, SluiceError } from "../../core/errors.ts";
import type { DataTables } from "../data-migrations.ts";
import {
  contentDigest,
  type Manifest,
  type ManifestContent,
  type ManifestHeader,
  type ManifestPage,
  type ManifestPart,
  versionDigest,
} from "./manifest.ts";
import { placedError } from "./blob-errors.ts";
import { versionNotFound } from "../versions/version-errors.ts";
import { readRanges } from "./blob-ranges.ts";
import { decodePage, encodePage, pageEnds } from "./manifest-pages.ts";
import { decodeRoot, encodeRoot, type ManifestRoot, type PageToStore } from "./manifest-root.ts";

/** A version's name and its manifest. */
export interface StoredVersion {
  readonly digest: Digest;
  readonly manifest: Manifest;
}

/** Manifests and headers kept in memory: they never change. */
const keptManifests = 4;
const keptHeaders = 1024;

/**
 * Stores manifests and finds them again. A version's name is the digest of its content; where that content lies, which compression and packing
 * decide, is a blob of its own that the table `data_layout` names.
 */
export class ManifestStore {
  readonly #metadata: MetadataStore;
  readonly #blobs: BlobStore;
  readonly #manifests = new Map<Digest, Manifest>();
  readonly #headers = new Map<Digest, ManifestHeader>();

  constructor(stores: { readonly metadata: MetadataStore; readonly blobs: BlobStore }) {
    this.#metadata = stores.metadata;
    this.#blobs = stores.blobs;
  }

  /** Stores a manifest whose parts are stored; when it returns, it is durable, and `placeManifest` may publish it. Pages of `like` are shared. */
  async save(content: ManifestContent, like?: Manifest): Promise<StoredVersion> {
    const digestOfParts = contentDigest(content.parts);
    const { bytes, pages } = encodeRoot(content, digestOfParts, pagesOf(content.parts, like));
    const { digest: blob } = await this.#blobs.put(bytes);
    const version = versionDigest(content, digestOfParts);
    return { digest: version, manifest: { ...content, blob, pages: placedIn(blob, pages) } };
  }

  /** A version's manifest without its parts. Errors: as {@link ManifestStore.load}. */
  async header(version: Digest): Promise<ManifestHeader> {
    const kept = this.#headers.get(version);
    if (kept !== undefined) return kept;
    const { header } = (await this.#root(version, await this.#blobOf(version))).root;
    keep(this.#headers, version, header, keptHeaders);
    return header;
  }

  /** A version's manifest, verified. Errors: `data/version-not-found`, `blob/corrupt`. */
  async load(version: Digest): Promise<Manifest> {
    const kept = this.#manifests.get(version);
    const placed = await this.#blobOf(version);
    // An erasure, of whichever process, may have put the version's rows elsewhere.
    if (kept !== undefined && kept.blob === placed) return kept;
    const { root, blob, bytes } = await this.#root(version, placed);
    const pages = placedIn(blob, root.pages);
    const name = `dataset version ${version} of "${root.header.dataset}"`;
    const parts = await this.#parts(name, pages, blob, bytes);
    if (contentDigest(parts) !== root.content) throw otherVersion(version, "other parts than the manifest names");
    const manifest: Manifest = { ...root.header, parts, blob, pages };
    keep(this.#manifests, version, manifest, keptManifests);
    return manifest;
  }

  /** Reads every manifest anew from now on: blobs were removed. */
  forget(): void {
    this.#manifests.clear();
    this.#headers.clear();
  }

  async #blobOf(version: Digest): Promise<Digest> {
    const row = await this.#metadata.sql
      .withTables<DataTables>()
      .selectFrom("data_layout")
      .select("blob")
      .where("version", "=", version)
      .executeTakeFirst();
    if (row === undefined) throw versionNotFound(version);
    if (!isDigest(row.blob)) throw otherVersion(version, JSON.stringify(row.blob));
    return row.blob;
  }

  /** A version for a person; its manifest, which says the same, cannot be read. */
  async #nameOf(version: Digest): Promise<string> {
    const row = await this.#metadata.sql
      .withTables<DataTables>()
      .selectFrom("data_version")
      .select("dataset")
      .where("digest", "=", version)
      .executeTakeFirst();
    return `dataset version ${version}${row === undefined ? "" : ` of "${row.dataset}"`}`;
  }

  async #root(version: Digest, blob: Digest): Promise<{ root: ManifestRoot; blob: Digest; bytes: Uint8Array }> {
    const bytes = await this.#blobs.get(blob).catch(async (error: unknown) => {
      if (isSluiceError(error, "blob/not-found")) throw versionNotFound(version, "no manifest of dataset version");
      throw placedError(error, blob, `the manifest of ${await this.#nameOf(version)}`);
    });
    const root = decodeRoot(bytes);
    if (versionDigest(root.header, root.content) === version) return { root, blob, bytes };
    throw otherVersion(version, `the manifest of another version in blob ${blob}`);
  }

  /** The parts on all pages; pages that a kept manifest has too are not read again. */
  async #parts(
    name: string,
    pages: readonly ManifestPage[],
    own: Digest,
    bytes: Uint8Array,
  ): Promise<readonly ManifestPart[]> {
    const known = new Map<Digest, readonly ManifestPart[]>();
    for (const manifest of this.#manifests.values()) eachPage(manifest, (page, parts) => known.set(page.digest, parts));
    const foreign = pages.filter((page) => page.blob !== own && !known.has(page.digest));
    const ranges = foreign.map((page) => ({ ...page, storedBytes: page.bytes, compression: "none" as const }));
    const placeOf = (index: number): string =>
      `page ${pages.indexOf(foreign[index] as ManifestPage) + 1} of ${pages.length} of the manifest of ${name}`;
    const read = await readRanges(this.#blobs, ranges, placeOf);
    for (const [i, page] of foreign.entries()) known.set(page.digest, decodePage(read[i] as Uint8Array));
    return pages.flatMap(
      (page) => known.get(page.digest) ?? decodePage(bytes.subarray(page.offset, page.offset + page.bytes)),
    );
  }
}

/** A manifest's parts as pages; those that `like` has are not encoded again. */
function pagesOf(parts: readonly ManifestPart[], like: Manifest | undefined): readonly PageToStore[] {
  const byFirst = new Map<ManifestPart | undefined, { page: ManifestPage; parts: readonly ManifestPart[] }>();
  const byDigest = new Map<Digest, ManifestPage>();
  if (like !== undefined)
    eachPage(like, (page, own) => {
      byFirst.set(own[0], { page, parts: own });
      byDigest.set(page.digest, page);
    });
  let from = 0;
  return pageEnds(parts).map((end) => {
    const own = parts.slice(from, end);
    from = end;
    const same = byFirst.get(own[0]);
    if (same !== undefined && same.parts.length === own.length && same.parts.every((part, i) => part === own[i]))
      return same.page;
    const body = encodePage(own);
    const digest = digestOf(body);
    return byDigest.get(digest) ?? { digest, parts: own.length, body };
  });
}

function eachPage(manifest: Manifest, visit: (page: ManifestPage, parts: readonly ManifestPart[]) => void): void {
  let from = 0;
  for (const page of manifest.pages) {
    visit(page, manifest.parts.slice(from, from + page.parts));
    from += page.parts;
  }
}

function placedIn(blob: Digest, pages: ManifestRoot["pages"]): readonly ManifestPage[] {
  return pages.map((page) => ({ ...page, blob: page.blob ?? blob }));
}

function keep<V>(kept: Map<Digest, V>, key: Digest, value: V, most: number): void {
  kept.delete(key);
  kept.set(key, value);
  for (const oldest of kept.keys()) {
    if (kept.size <= most) return;
    kept.delete(oldest);
  }
}

function otherVersion(version: Digest, found: string): SluiceError {
  return new SluiceError("blob/corrupt", {
    found: `${found} where the manifest of dataset version ${version} should be`,
    expected: "the manifest that this version was named by",
    fix: "The metadata was edited: restore a backup of it.",
  });
}
