import type { Digest } from "../../core/digest.ts";
import { seededRandom } from "../../core/random.ts";
import { concatTables } from "../../table/concat-tables.ts";
import type { Table } from "../../table/table.ts";
import { takeRows } from "../../table/take-rows.ts";
import type { DatasetRepository } from "../dataset-repository.ts";

/** The most rows of a sample. */
export const sampledRows: 1000000 = 1_000_000;

/**
 * Rows of a version in their order: all of them, or where they are more than `most`, so many: one drawn from each of as many equal stretches. The
 * same version has the same sample. Errors: as `DatasetRepository.scan`.
 */
export async function sampleVersion(
  repository: DatasetRepository,
  version: Digest,
  options: { readonly columns: readonly string[]; readonly signal?: AbortSignal },
  most: number = sampledRows,
): Promise<Table> {
  const { rows } = await repository.version(version);
  if (rows <= most) return await repository.read(version, options);
  const random = seededRandom(version);
  const beginOf = (stretch: number): number => Math.floor((stretch * rows) / most);
  const drawFrom = (stretch: number): number => beginOf(stretch) + random.int(beginOf(stretch + 1) - beginOf(stretch));
  const drawn: Table[] = [];
  let from = 0;
  let stretch = 0;
  let next = drawFrom(stretch);
  for await (const table of repository.scan(version, options)) {
    const chosen: number[] = [];
    while (stretch < most && next < from + table.rowCount) {
      chosen.push(next - from);
      stretch++;
      next = stretch < most ? drawFrom(stretch) : rows;
    }
    if (chosen.length > 0) drawn.push(takeRows(table, chosen));
    from += table.rowCount;
  }
  return concatTables(drawn);
}
