import type { MetadataStore } from "../../contracts/metadata-store.ts";
import { SluiceError } from "../../core/errors.ts";
import type { LedgerTables } from "../ledger-migrations.ts";
import { droppedRows } from "../verify-chain.ts";
import { leafHash, type MerkleLeaves, subtreeHash, tileLeaves } from "./merkle-tree.ts";

/** Leaves as far as a proof needs them, and what was computed on the way. */
export interface LoadedLeaves extends MerkleLeaves {
  /** The whole tiles that were not remembered before. */
  readonly computed: ReadonlyMap<number, string>;
}

const tilesPerPage = 4;

/**
 * The leaves of a tree of the first `size` events: whole tiles by their remembered roots, single leaves only in the tiles that `near` and the
 * sizes of proofs fall into. With `afresh`, nothing remembered is believed.
 */
export async function storedLeaves(
  metadata: MetadataStore,
  size: number,
  near: readonly number[] = [],
  afresh: boolean = false,
): Promise<LoadedLeaves> {
  const whole = Math.floor(size / tileLeaves);
  const known = afresh ? new Map<number, string>() : await rememberedTiles(metadata, whole);
  const singles = new Map<number, readonly string[]>();
  const computed = new Map<number, string>();
  const wanted = new Set([size, ...near].map((index) => Math.floor(index / tileLeaves)));
  const tiles = Array.from({ length: whole + 1 }, (_, tile) => tile).filter(
    (tile) => !known.has(tile) || wanted.has(tile),
  );
  for (const run of runsOf(tiles)) {
    const hashes = await leafHashes(metadata, run.from * tileLeaves, Math.min(size, run.to * tileLeaves));
    for (let tile = run.from; tile < run.to; tile++) {
      const own = hashes.slice((tile - run.from) * tileLeaves, (tile - run.from + 1) * tileLeaves);
      if (wanted.has(tile)) singles.set(tile, own);
      if (tile < whole && !known.has(tile)) computed.set(tile, tileRoot(own));
    }
  }
  return {
    computed,
    tile: (tile) => known.get(tile) ?? computed.get(tile),
    leaf: (index) => singles.get(Math.floor(index / tileLeaves))?.[index % tileLeaves] ?? missing(index),
  };
}

/** The root over the leaves of one tile. */
function tileRoot(leaves: readonly string[]): string {
  return subtreeHash({ leaf: (i) => leaves[i] ?? missing(i), tile: () => undefined }, 0, leaves.length);
}

async function rememberedTiles(metadata: MetadataStore, whole: number): Promise<Map<number, string>> {
  const rows = await metadata.sql
    .withTables<LedgerTables>()
    .selectFrom("audit_tiles")
    .selectAll()
    .where("tile", "<", whole)
    .execute();
  return new Map(rows.filter(({ hash }) => /^[0-9a-f]{64}$/.test(hash)).map(({ tile, hash }) => [tile, hash]));
}

/** Neighbouring tiles together, a page at a time. */
function runsOf(tiles: readonly number[]): readonly { readonly from: number; readonly to: number }[] {
  const runs: { from: number; to: number }[] = [];
  for (const tile of tiles) {
    const last = runs.at(-1);
    if (last !== undefined && last.to === tile && last.to - last.from < tilesPerPage) last.to = tile + 1;
    else runs.push({ from: tile, to: tile + 1 });
  }
  return runs;
}

async function leafHashes(metadata: MetadataStore, from: number, to: number): Promise<readonly string[]> {
  if (from >= to) return [];
  const rows = await metadata.sql
    .withTables<LedgerTables>()
    .selectFrom("audit_events")
    .select(["position", "record"])
    .where("position", ">=", from)
    .where("position", "<", to)
    .orderBy("position")
    .execute();
  const hashes = new Map(rows.map(({ position, record }) => [position, leafHash(record)]));
  if (rows.length < to - from)
    for (const { position, leaf } of await droppedRows(metadata, from, to))
      if (!hashes.has(position)) hashes.set(position, leaf);
  return Array.from({ length: to - from }, (_, i) => hashes.get(from + i) ?? missing(from + i));
}

function missing(index: number): never {
  throw new SluiceError("audit/broken", {
    found: `no audit event ${index}`,
    expected: "every event that a checkpoint signed",
    fix: "Run verifyAudit(): events were deleted.",
  });
}
