import type { ContractCase } from "./contract-case.ts";
import { metadataMigrationsContract } from "./metadata-migrations-contract.ts";
import type { MetadataSubject } from "./metadata-subject.ts";
import { metadataValuesContract } from "./metadata-values-contract.ts";
import { metadataLaterContract } from "./metadata-later-contract.ts";
import { metadataWritesContract } from "./metadata-writes-contract.ts";

/**
 * What every `MetadataStore` must do.
 *
 * @example
 * ```ts
 * import { mkdtemp, rm } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { sqliteMetadata } from "sluice/backends/sqlite";
 * import { metadataContract } from "sluice/testing";
 *
 * for (const { run } of metadataContract.slice(0, 3)) {
 *   const folder = await mkdtemp(join(tmpdir(), "sluice-"));
 *   const another = () => sqliteMetadata({ path: join(folder, "metadata.db") });
 *   const store = another();
 *   await run({ store, another });
 *   await store.close();
 *   await rm(folder, { recursive: true });
 * }
 * ```
 */
export const metadataContract: readonly ContractCase<MetadataSubject>[] = [
  ...metadataValuesContract,
  ...metadataWritesContract,
  ...metadataLaterContract,
  ...metadataMigrationsContract,
];
