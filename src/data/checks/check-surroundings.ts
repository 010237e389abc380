import type { Check, CheckSurroundings } from "../../contracts/check.ts";
import { type Digest, isDigest } from "../../core/digest.ts";
import type { Table } from "../../table/table.ts";
import type { DatasetRepository } from "../dataset-repository.ts";
import { sampleVersion } from "../rows/sample-version.ts";

/** Reads the rows of versions that checks need: of the one before, and of others. Errors: as `DatasetRepository.read`. */
export async function surroundingsOf(
  repository: DatasetRepository,
  checks: readonly Check[],
  previous: Digest | undefined,
  signal: AbortSignal | undefined,
): Promise<Pick<CheckSurroundings, "previous" | "tables">> {
  const read = (version: Digest, { columns, all }: Wanted): Promise<Table> => {
    const options = { columns: [...columns], ...(signal && { signal }) };
    return all ? repository.read(version, options) : sampleVersion(repository, version, options);
  };
  const tables: { [name: string]: Table } = {};
  for (const [key, wanted] of tablesWanted(checks)) {
    const { version } = wanted;
    const digest = isDigest(version) ? version : await repository.headDigest(version);
    if (digest !== undefined) tables[key] = await read(digest, wanted);
  }
  const before = previousWanted(checks);
  if (previous === undefined || before.columns.size === 0) return { tables };
  return { tables, previous: await read(previous, before) };
}

/** Columns that checks want, and whether one of them needs every row. */
interface Wanted {
  readonly columns: Set<string>;
  all: boolean;
}

function previousWanted(checks: readonly Check[]): Wanted {
  const wanted: Wanted = { columns: new Set(), all: false };
  for (const { needs, columns } of checks) {
    if (needs?.previous === undefined || needs.previous === false) continue;
    for (const column of columns) wanted.columns.add(column);
    if (needs.previous === true) wanted.all = true;
  }
  return wanted;
}

function tablesWanted(checks: readonly Check[]): ReadonlyMap<string, Wanted & { readonly version: string }> {
  const found = new Map<string, Wanted & { readonly version: string }>();
  for (const { needs } of checks) {
    for (const [key, { version, columns, sample }] of Object.entries(needs?.tables ?? {})) {
      const wanted = found.get(key) ?? { version, columns: new Set<string>(), all: false };
      for (const column of columns) wanted.columns.add(column);
      if (sample !== true) wanted.all = true;
      found.set(key, wanted);
    }
  }
  return found;
}
