import type { BlobStore } from "../../contracts/blob-store.ts";
import type { Digest } from "../../core/digest.ts";
import type { Manifest, ManifestChunk, ManifestPart } from "./manifest.ts";

interface PageIndex {
  readonly page: Digest;
  readonly chunks: ReadonlyMap<Digest, ManifestChunk>;
}

/** Pages by their first part: a version that is appended to hands its parts on, so that only its last page is indexed anew. */
const indexes = new WeakMap<ManifestPart, PageIndex>();

/** Finds chunks that versions have stored already. Costs a look at each page a chunk, not one at each part a commit. */
export class KnownChunks {
  readonly #blobs: BlobStore;
  readonly #pages: readonly ReadonlyMap<Digest, ManifestChunk>[];
  readonly #there = new Map<Digest, boolean>();

  /** @param parts - Parts of no version yet. */
  constructor(blobs: BlobStore, manifests: readonly Manifest[], parts: readonly ManifestPart[] = []) {
    this.#blobs = blobs;
    this.#pages = [...manifests.flatMap(pagesOf), ...(parts.length === 0 ? [] : [chunksOf(parts)])];
  }

  /** Where a chunk lies; `undefined` where none of the versions has it, or its blob was lost. */
  async find(digest: Digest): Promise<ManifestChunk | undefined> {
    for (const page of this.#pages) {
      const chunk = page.get(digest);
      if (chunk !== undefined && (await this.#isThere(chunk.blob))) return chunk;
    }
    return undefined;
  }

  async #isThere(blob: Digest): Promise<boolean> {
    const known = this.#there.get(blob) ?? (await this.#blobs.has(blob));
    this.#there.set(blob, known);
    return known;
  }
}

function pagesOf({ pages, parts }: Manifest): ReadonlyMap<Digest, ManifestChunk>[] {
  let from = 0;
  return pages.flatMap((page) => {
    const first = parts[from];
    const to = from + page.parts;
    const own = first === undefined ? [] : [indexOf(page.digest, first, parts, from, to)];
    from = to;
    return own;
  });
}

function indexOf(
  page: Digest,
  first: ManifestPart,
  parts: readonly ManifestPart[],
  from: number,
  to: number,
): ReadonlyMap<Digest, ManifestChunk> {
  const known = indexes.get(first);
  if (known?.page === page) return known.chunks;
  const chunks = chunksOf(parts.slice(from, to));
  indexes.set(first, { page, chunks });
  return chunks;
}

function chunksOf(parts: readonly ManifestPart[]): ReadonlyMap<Digest, ManifestChunk> {
  return new Map(parts.flatMap(({ columns }) => columns.map((chunk) => [chunk.digest, chunk] as const)));
}
