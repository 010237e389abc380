import { SluiceError } from "../../core/errors.ts";
import { storedRecord } from "../../core/stored-json.ts";
import type { RegistrySql } from "../tables.ts";
import type { VersionBody } from "./version-table.ts";

/** Refuses a version under a name whose first version is of another kind: a name means one thing. Errors: `definition/conflict`. */
export async function requireKind(sql: RegistrySql, { name, kind }: Pick<VersionBody, "name" | "kind">): Promise<void> {
  const first = await sql
    .selectFrom("registry_version")
    .select(["version", "body"])
    .where("model", "=", name)
    .orderBy("version")
    .limit(1)
    .executeTakeFirst();
  if (first === undefined) return;
  const before: Pick<VersionBody, "kind"> = storedRecord(
    first.body,
    { table: "registry_version", row: `${name}, ${first.version}` },
    "kind",
  );
  if (before.kind === kind) return;
  throw new SluiceError("definition/conflict", {
    found: `a ${kind.replace("-version", "")} under the name "${name}"`,
    expected: `a ${before.kind.replace("-version", "")}, as the versions before it`,
    fix: "Give it a name of its own.",
  });
}
