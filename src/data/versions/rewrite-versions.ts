import type { Digest } from "../../core/digest.ts";
import { isSluiceError, type SluiceError } from "../../core/errors.ts";
import { rowAt } from "../../table/cell-at.ts";
import type { Table } from "../../table/table.ts";
import { takeRows } from "../../table/take-rows.ts";
import { blobsOf } from "../parts/blobs-of.ts";
import { filesIn, filesSchemaDigest } from "../files/file-tree.ts";
import type { Manifest, ManifestPart } from "../parts/manifest.ts";
import { storeParts } from "../parts/part-writer.ts";
import type { PreparedVersion } from "./version-writer.ts";
import { composeVersion, targetOf } from "./compose-version.ts";
import { type RowMatch, rowsMatching } from "./rows-matching.ts";
import type { DatasetVersionsWiring } from "./versions-wiring.ts";

interface Original {
  readonly digest: Digest;
  readonly manifest: Manifest;
}

/**
 * Versions without some rows, each part read and written once. A blob holds columns of many parts: those that share one with an erased row
 * are stored anew in another, so that the old one can be purged.
 */
export class VersionRewriter {
  readonly #wiring: DatasetVersionsWiring;
  readonly #match: RowMatch;
  readonly #signal: AbortSignal | undefined;
  readonly #line: Map<Digest, Original> = new Map();
  /** By the digest of a part with such rows: the indices of the others. */
  readonly #kept: Map<Digest, readonly number[] | "all"> = new Map();
  readonly #moved: Map<Digest, readonly ManifestPart[]> = new Map();
  readonly #tainted: Set<Digest> = new Set();
  /** The versions that had such rows, or were appended to one that had, with what takes their place. */
  readonly rewritten: Map<Digest, PreparedVersion> = new Map();
  /** The versions that had none, but shared a blob with some: they keep their name and lie elsewhere. */
  readonly moved: PreparedVersion[] = [];
  /** Versions that were looked at aside and cannot be read, with the reason. */
  readonly broken: Map<Digest, { readonly manifest: Manifest; readonly reason: SluiceError }> = new Map();
  /** The rows that match, as they were found: some more than once. */
  readonly found: Table[] = [];
  readonly #before: Set<Digest> = new Set();
  readonly #standing: Set<Digest> = new Set();
  /** The rows that went, as text: a version that was appended to another stores some of its rows again. */
  readonly #gone: Set<string> = new Set();

  constructor(wiring: DatasetVersionsWiring, match: RowMatch, signal: AbortSignal | undefined) {
    this.#wiring = wiring;
    this.#match = match;
    this.#signal = signal;
  }

  /** How many different rows went. */
  get rows(): number {
    return this.#gone.size;
  }

  /** The blobs of what was written. */
  get needed(): ReadonlySet<Digest> {
    return new Set([...this.rewritten.values(), ...this.moved].flatMap(({ manifest }) => [...blobsOf(manifest)]));
  }

  /** Blobs that the versions needed before, and need no more. */
  get unneeded(): ReadonlySet<Digest> {
    const { needed } = this;
    return new Set([...this.#before].filter((blob) => !needed.has(blob) && !this.#standing.has(blob)));
  }

  /** Looks for such rows in a version and in those it was appended to. Errors: `blob/not-found`, `blob/corrupt`, `data/missing-column`. */
  async look(version: Digest): Promise<void> {
    for (const original of await this.#lineOf(version)) await this.#lookAt(original);
  }

  /** Does so in one that no ref leads to: garbage collection may have begun to remove it. */
  async lookAside(version: Digest): Promise<void> {
    for (const original of await this.#lineOf(version)) {
      try {
        await this.#lookAt(original);
      } catch (error) {
        if (!isSluiceError(error, "blob/not-found")) throw error;
        this.broken.set(original.digest, { manifest: original.manifest, reason: error });
      }
    }
  }

  /** Gives up the blobs that are left of a version. */
  giveUp(manifest: Manifest): void {
    for (const blob of blobsOf(manifest)) this.#before.add(blob);
  }

  /** Writes all versions that were looked at and are not as they should be; those they were appended to come first. */
  async rewrite(): Promise<void> {
    for (const { digest, manifest } of this.#line.values()) {
      const parts: ManifestPart[] = [];
      for (const part of manifest.parts) parts.push(...(await this.#cleaned(manifest, part)));
      const parent = manifest.parent === null ? undefined : this.rewritten.get(manifest.parent);
      const unchanged = parent === undefined && parts.every((part, i) => part === manifest.parts[i]);
      if (unchanged && parts.length === manifest.parts.length) {
        for (const blob of blobsOf(manifest)) this.#standing.add(blob);
        continue;
      }
      for (const blob of blobsOf(manifest)) this.#before.add(blob);
      const options = { parent: parent?.digest ?? manifest.parent, checks: manifest.checks };
      const prepared = await composeVersion(this.#wiring.repository.stores, manifest, parts, options);
      if (prepared.digest === digest) this.moved.push(prepared);
      else this.rewritten.set(digest, prepared);
    }
  }

  /** A version and those it was appended to, oldest first, without those that were looked at. */
  async #lineOf(version: Digest): Promise<readonly Original[]> {
    const line: Original[] = [];
    for (let next: Digest | null = version; next !== null && !this.#line.has(next) && !this.broken.has(next); ) {
      const manifest: Manifest | undefined = await this.#manifest(next);
      if (manifest === undefined) break;
      line.unshift({ digest: next, manifest });
      next = manifest.parent;
    }
    return line;
  }

  async #lookAt(original: Original): Promise<void> {
    const { digest, manifest } = original;
    for (const part of manifest.parts)
      if ((await this.#rowsKept(manifest, part)) !== "all")
        for (const { blob } of part.columns) this.#tainted.add(blob);
    this.#line.set(digest, original);
  }

  async #cleaned(manifest: Manifest, part: ManifestPart): Promise<readonly ManifestPart[]> {
    const kept = this.#kept.get(part.digest) ?? "all";
    if (kept === "all" && !part.columns.some(({ blob }) => this.#tainted.has(blob))) return [part];
    const known = this.#moved.get(part.digest);
    if (known !== undefined) return known;
    this.#signal?.throwIfAborted();
    const table = await this.#wiring.repository.readParts(manifest, [part]);
    const rows = kept === "all" ? table : takeRows(table, kept);
    const { stores } = this.#wiring.repository;
    // A part that only lies elsewhere from now on stays one part, so that its version keeps its name.
    const options = { areParts: kept === "all" };
    const moved = await storeParts(stores, targetOf(manifest), rows.rowCount === 0 ? [] : [rows], options);
    this.#moved.set(part.digest, moved);
    return moved;
  }

  async #rowsKept(manifest: Manifest, part: ManifestPart): Promise<readonly number[] | "all"> {
    const known = this.#kept.get(part.digest);
    if (known !== undefined) return known;
    this.#signal?.throwIfAborted();
    const table = await this.#wiring.repository.readParts(manifest, [part]);
    const gone = rowsMatching(table, this.#match);
    for (const row of gone) this.#gone.add(rowText(table, row));
    if (gone.size > 0) this.found.push(takeRows(table, [...gone]));
    if (manifest.schemaDigest === filesSchemaDigest)
      for (const { digest } of filesIn(takeRows(table, [...gone]))) this.#before.add(digest);
    const kept =
      gone.size === 0 ? "all" : Array.from({ length: part.rows }, (_, row) => row).filter((row) => !gone.has(row));
    this.#kept.set(part.digest, kept);
    return kept;
  }

  async #manifest(version: Digest): Promise<Manifest | undefined> {
    try {
      return await this.#wiring.repository.manifest(version);
    } catch (error) {
      if (isSluiceError(error, "data/version-not-found") || isSluiceError(error, "data/erased")) return undefined;
      throw error;
    }
  }
}

function rowText(table: Table, row: number): string {
  return JSON.stringify(rowAt(table, row), (_, value: unknown) => (typeof value === "bigint" ? `${value}n` : value));
}
