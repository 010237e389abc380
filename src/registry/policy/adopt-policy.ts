import type { ModelVersion, VersionKind } from "../../contracts/model-version.ts";
import type { Digest } from "../../core/digest.ts";
import { digestOf } from "../../core/digest.ts";
import { compiledStatement } from "../../ledger/compiled-statement.ts";
import type { RegistryOptions } from "../registry-options.ts";
import type { RegistrySql, RegistryTables } from "../tables.ts";
import { kindOfVersion, policyOf } from "./policy-of.ts";
import { policyText } from "./policy-digest.ts";

/** The digest of the policy in force for what is of a kind; `null` before the first. */
async function policyInForce(sql: RegistrySql, kind: VersionKind): Promise<string | null> {
  const [row] = await selectInForce(sql, kind);
  return row?.digest ?? null;
}

const selectInForce = compiledStatement((sql: RegistrySql, scope: string) =>
  sql.selectFrom("registry_policy").select("digest").where("scope", "=", scope).orderBy("position", "desc").limit(1),
);

/**
 * Puts the registry's own policy for a version into force, as an audited decision, if another one (or none) is in force in the store: `inForce`, where that
 * was read a moment ago.
 */
export async function adoptPolicy(
  options: RegistryOptions,
  version: Pick<ModelVersion, "kind">,
  actor: string,
  inForce?: string | null,
): Promise<Digest | null> {
  const policy = policyOf(options, version);
  if (policy === undefined) return null;
  const scope = kindOfVersion(version);
  const body = policyText(policy);
  const digest = digestOf(body);
  if (inForce === undefined) inForce = await policyInForce(options.metadata.sql.withTables<RegistryTables>(), scope);
  if (inForce === digest) return digest;
  const { name } = policy;
  await options.metadata.write(async (tx) => {
    await tx.lock("registry-policy");
    const sql = tx.sql.withTables<RegistryTables>();
    const before = await policyInForce(sql, scope);
    if (before === digest) return;
    const newest = await sql
      .selectFrom("registry_policy")
      .select("position")
      .orderBy("position", "desc")
      .limit(1)
      .executeTakeFirst();
    await sql
      .insertInto("registry_policy")
      .values({ position: (newest?.position ?? 0) + 1, digest, body, scope })
      .execute();
    await options.ledger.audit.append(tx, {
      kind: "policy.adopted",
      subject: name,
      actor,
      body: { policy: digest, before, text: body, ...(scope === "model" ? {} : { for: scope }) },
    });
  });
  return digest;
}
