import { SluiceError } from "../../core/errors.ts";
import type { RegistryOptions } from "../registry-options.ts";
import type { RegistryTables } from "../tables.ts";
import { modelLock, requireVersionKey, type VersionKey, versionSubject } from "../versions/version-key.ts";
import { readVersion } from "../versions/version-table.ts";
import { setLabel, tagLabel } from "./label-table.ts";
import { requireTag } from "./version-tags.ts";

/**
 * Sets tags of a version (`null` takes one away), on record. Tags are for searching: nobody signs them, and no gate reads them.
 * Errors: `registry/not-found`, `argument/invalid`.
 */
export async function tagVersion(
  options: RegistryOptions,
  key: VersionKey,
  tags: { readonly [tag: string]: string | null },
  by: { readonly actor: string },
): Promise<void> {
  requireVersionKey(key);
  const subject = versionSubject(key);
  const actor: unknown = by?.actor;
  if (typeof tags !== "object" || tags === null || typeof actor !== "string")
    throw new SluiceError("argument/invalid", {
      found: `${typeof actor === "string" ? "tags that are no record" : "no actor"} for the tags of ${subject}`,
      expected: "texts by name, and who sets them",
      fix: 'Pass tag(version, { team: "x" }, { actor }).',
    });
  for (const [tag, value] of Object.entries(tags)) requireTag(subject, tag, value ?? "none");
  requireTag(subject, "actor", actor);
  const { version } = await readVersion(options.metadata.sql.withTables<RegistryTables>(), key, options.verifier);
  await options.metadata.write(async (tx) => {
    await tx.lock(modelLock(key.name));
    const sql = tx.sql.withTables<RegistryTables>();
    for (const [tag, value] of Object.entries(tags)) await setLabel(sql, version, tagLabel(tag), value);
    await options.ledger.audit.append(tx, { kind: "version.tagged", subject, actor, body: { tags: { ...tags } } });
  });
}
