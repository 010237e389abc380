import type { ModelVersion } from "../../contracts/model-version.ts";
import type { RegistrySql } from "../tables.ts";

/** What a label belongs to. */
export type Labelled = Pick<ModelVersion, "name" | "version" | "registeredAtMs">;

/** The label under which a tag is found. */
export function tagLabel(tag: string): string {
  return `tag:${tag}`;
}

/** Gives a version a label in place of the one it had, or takes it away. */
export async function setLabel(
  sql: RegistrySql,
  of: Labelled,
  label: string,
  value: string | null | undefined,
): Promise<void> {
  await sql
    .deleteFrom("registry_label")
    .where("model", "=", of.name)
    .where("version", "=", of.version)
    .where("label", "=", label)
    .execute();
  if (value === undefined || value === null) return;
  await sql
    .insertInto("registry_label")
    .values({ label, value, registered_ms: of.registeredAtMs, model: of.name, version: of.version })
    .execute();
}

/** The labels of versions of one model, by version. */
export async function labelsOf(
  sql: RegistrySql,
  model: string,
  versions: readonly number[],
): Promise<readonly { readonly label: string; readonly value: string; readonly version: number }[]> {
  if (versions.length === 0) return [];
  return await sql
    .selectFrom("registry_label")
    .select(["label", "value", "version"])
    .where("model", "=", model)
    .where("version", "in", versions)
    .orderBy("label")
    .execute();
}
