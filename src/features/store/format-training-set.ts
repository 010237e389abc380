import type { TrainingSet } from "../../contracts/training-set.ts";
import { formatTable } from "../../table/format-table.ts";
import { shortHash } from "../definitions/short-hash.ts";

/** A training set as text: of which service, from what, and the first rows. */
export function formatTrainingSet({ digest, service, sources, table }: TrainingSet): string {
  const from = sources.map(({ dataset, version }) => `${dataset} ${shortHash(version)}`);
  const made = from.length === 0 ? "from the request alone" : `from ${from.join(", ")}`;
  return `Training set ${shortHash(digest)} of ${service.name} ${shortHash(service.hash)}, ${made}\n${formatTable(table)}`;
}
