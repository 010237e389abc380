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
