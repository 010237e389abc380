import type { CheckOutcome } from "../../contracts/check.ts";
import type { DatasetDefinition } from "../../contracts/dataset-definition.ts";
import type { DatasetVersion } from "../../contracts/dataset-version.ts";
import type { Digest } from "../../core/digest.ts";
import type { CommitOptions } from "./commit-options.ts";
import type { TableStream } from "../parts/cut-tables.ts";
import type { Publication, PublishExtras, StoredVersion, VersionToPublish } from "./publish-versions.ts";
import { headMoved } from "./version-errors.ts";
import type { CommitTarget } from "./version-writer.ts";
import type { PlacedCommit } from "./commit-graph.ts";

const attempts = 30;

/** What a commit asks of the repository. */
export interface CommitsTo {
  register(definition: DatasetDefinition): Promise<void>;
  tip(dataset: string, branch?: string): Promise<PlacedCommit | undefined>;
  prepare(
    target: CommitTarget,
    tables: TableStream,
    options: {
      readonly parent: Digest | undefined;
      readonly checks: readonly CheckOutcome[];
      readonly signal?: AbortSignal;
    },
  ): Promise<StoredVersion>;
  publish(versions: readonly VersionToPublish[], extras?: PublishExtras): Promise<Publication>;
  version(digest: Digest): Promise<DatasetVersion>;
}

/** Commits rows on top of a branch's newest version, or of the parent that is named; see `DatasetRepository.commit`. */
export async function commitRows(
  repository: CommitsTo,
  definition: DatasetDefinition,
  tables: TableStream,
  options: CommitOptions,
): Promise<DatasetVersion> {
  await repository.register(definition);
  const { source, actor, signal, branch, message, meta } = options;
  // Rows that came as a stream are gone when another writer was first.
  const fixed = options.parent !== undefined || options.checks !== undefined || !Array.isArray(tables);
  for (let attempt = 0; attempt < attempts; attempt++) {
    signal?.throwIfAborted();
    const tip = await repository.tip(definition.name, branch);
    const parent = options.parent === undefined ? tip?.version : (options.parent ?? undefined);
    const prepared = await repository.prepare(definition, tables, {
      parent,
      checks: options.checks ?? [],
      ...(signal && { signal }),
    });
    const change = parent === undefined && tip !== undefined ? "replace" : "append";
    const notes = { change, ...(message !== undefined && { message }), ...(meta && { meta }) } as const;
    const version = {
      prepared,
      expectedTip: tip?.id,
      notes,
      ...(branch !== undefined && { branch }),
      ...(source && { source }),
    };
    const published = await repository.publish([version], actor === undefined ? {} : { actor });
    if (published === "published") return repository.version(prepared.digest);
    if (published === "head-moved" && fixed) break;
  }
  throw headMoved(definition.name);
}
