import type { BlobStore } from "../../contracts/blob-store.ts";
import type { Digest } from "../../core/digest.ts";
import { takeRows } from "../../table/take-rows.ts";
import type { DatasetRepository } from "../dataset-repository.ts";
import type { Manifest, ManifestPart } from "../parts/manifest.ts";
import type { PreparedVersion } from "./version-writer.ts";
import { composeVersion, type VersionPiece } from "./compose-version.ts";
import { keyOf } from "./diff-versions.ts";
import { partsOnlyIn } from "./part-difference.ts";
import { type KeyEdit, type MergeStrategy, planMerge } from "./three-way.ts";

/** Three versions of a dataset: what the changes to `theirs` since `base` are brought into `ours`. */
export interface MergeInput {
  /** `undefined`: the two have nothing in common. */
  readonly base: Manifest | undefined;
  readonly ours: { readonly digest: Digest; readonly manifest: Manifest };
  readonly theirs: Manifest;
  /** The column that names a row; `null` = whole rows. @default the dataset's `id` */
  readonly by?: string | null;
  readonly strategy: MergeStrategy;
  readonly signal?: AbortSignal;
}

/**
 * Stores our version with their changes. Reads the parts that either side changed, and of ours, where rows have to go, those that differ
 * from theirs; all others are kept unread. Errors: `data/merge-conflict`.
 */
export async function mergeManifests(
  wiring: { readonly repository: DatasetRepository; readonly blobs: BlobStore },
  { base, ours, theirs, by, strategy, signal }: MergeInput,
): Promise<PreparedVersion> {
  const { manifest } = ours;
  const before = base?.parts ?? [];
  const columns = manifest.columns.map(({ name }) => name);
  const read = (parts: readonly ManifestPart[], of: Manifest = manifest) =>
    wiring.repository.readParts(of, parts, { columns, ...(signal && { signal }) });
  const taken = partsOnlyIn(before, theirs.parts);
  // Where they only put rows in, none of ours has to be found.
  const searched = new Set<ManifestPart>(
    taken.length === 0 && strategy !== "theirs" ? [] : partsOnlyIn(manifest.parts, theirs.parts),
  );
  const plan = planMerge(
    {
      takenByUs: await read(partsOnlyIn(before, manifest.parts), base),
      putByUs: await read(partsOnlyIn(manifest.parts, before)),
      takenByThem: await read(taken, base),
      putByThem: await read(partsOnlyIn(theirs.parts, before), theirs),
    },
    await read([...searched]),
    { dataset: manifest.dataset, columns, key: keyOf(wiring.repository, manifest, columns, by), strategy },
  );
  const edits = new Map(plan.edits);
  const pieces: VersionPiece[] = [];
  let kept = true;
  let row = plan.rows.rowCount - [...searched].reduce((sum, part) => sum + part.rows, 0);
  for (const part of manifest.parts) {
    if (!searched.has(part)) {
      pieces.push(part);
      continue;
    }
    const rows = editedRows(plan, edits, row, part.rows);
    pieces.push(rows === undefined ? part : takeRows(plan.rows, rows));
    kept &&= rows === undefined;
    row += part.rows;
  }
  const added = [...edits.values()].flatMap(({ put }) => put).sort((a, b) => a - b);
  pieces.push(takeRows(plan.rows, added));
  return await composeVersion(wiring.repository.stores, manifest, pieces, {
    parent: kept ? ours.digest : null,
    checks: [],
    ...(signal && { signal }),
  });
}

/** The rows that stand where a part's did; `undefined` where they are the same. Rows that are put in leave `edits`. */
function editedRows(
  { keys, same }: { readonly keys: Int32Array; readonly same: Int32Array },
  edits: Map<number, KeyEdit>,
  from: number,
  count: number,
): number[] | undefined {
  const rows: number[] = [];
  let changed = false;
  for (let row = from; row < from + count; row++) {
    const key = keys[row] as number;
    const edit = edits.get(key);
    if (edit === undefined || !takes(edit, same[row] as number)) {
      rows.push(row);
      continue;
    }
    changed = true;
    for (const put of edit.put) rows.push(put);
    edits.set(key, { take: edit.take, put: [] });
  }
  return changed ? rows : undefined;
}

function takes({ take }: KeyEdit, code: number): boolean {
  if (take === "all") return true;
  const left = take.get(code) ?? 0;
  if (left > 0) take.set(code, left - 1);
  return left > 0;
}
