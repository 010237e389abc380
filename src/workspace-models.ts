import type { MetadataStore } from "./contracts/metadata-store.ts";
import type { ServiceModel } from "./features/store/plan-changes.ts";
import type { RegistryTables } from "./registry/tables.ts";
import { storedRecord } from "./core/stored-json.ts";

/**
 * Every registered model version that has a feature service. Signatures are not checked: this is for plans and for what may be let go,
 * and nothing is served by it.
 */
export async function workspaceModels(metadata: MetadataStore): Promise<readonly ServiceModel[]> {
  const rows = await metadata.sql
    .withTables<RegistryTables>()
    .selectFrom("registry_version")
    .select(["model", "version", "stage", "body"])
    .orderBy("model")
    .orderBy("version")
    .execute();
  return rows.flatMap(({ model, version, stage, body }) => {
    const { service }: { readonly service?: ServiceModel["service"] | null } = storedRecord(body, {
      table: "registry_version",
      row: `${model}, ${version}`,
    });
    return service === undefined || service === null ? [] : [{ name: model, version, stage, service }];
  });
}
