import type { MetadataTransaction } from "../../contracts/metadata-store.ts";
import type { DataTables } from "../data-migrations.ts";
import type { StoredVersion } from "./manifest-store.ts";

/**
 * Says where a version lies, from now on. In the transaction that publishes it, and there alone: a manifest whose publication is given up
 * never takes the place of the one that others read.
 */
export async function placeManifest(tx: MetadataTransaction, { digest, manifest }: StoredVersion): Promise<void> {
  const { blob } = manifest;
  await tx.sql
    .withTables<DataTables>()
    .insertInto("data_layout")
    .values({ version: digest, blob })
    .onConflict((conflict) => conflict.column("version").doUpdateSet({ blob }))
    .execute();
}
