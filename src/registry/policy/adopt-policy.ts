import type { Digest } from "../../core/digest.ts";
import { digestOf } from "../../core/digest.ts";
import type { RegistryOptions } from "../registry-options.ts";
import type { RegistrySql, RegistryTables } from "../tables.ts";
import { policyText } from "./policy-digest.ts";

/** The digest of the policy in force; `null` before the first. */
export async function policyInForce(sql: RegistrySql): Promise<string | null> {
  const row = await sql
    .selectFrom("registry_policy")
    .select("digest")
    .orderBy("position", "desc")
    .limit(1)
    .executeTakeFirst();
  return row?.digest ?? null;
}

/** Puts the registry's own policy into force, as an audited decision, if another one (or none) is in force in the store. */
export async function adoptPolicy(options: RegistryOptions, actor: string): Promise<Digest | null> {
  if (options.policy === undefined) return null;
  const body = policyText(options.policy);
  const digest = digestOf(body);
  if ((await policyInForce(options.metadata.sql.withTables<RegistryTables>())) === digest) return digest;
  const { name } = options.policy;
  await options.metadata.write(async (tx) => {
    await tx.lock("registry-policy");
    const sql = tx.sql.withTables<RegistryTables>();
    const newest = await sql
      .selectFrom("registry_policy")
      .selectAll()
      .orderBy("position", "desc")
      .limit(1)
      .executeTakeFirst();
    if (newest?.digest === digest) return;
    await sql
      .insertInto("registry_policy")
      .values({ position: (newest?.position ?? 0) + 1, digest, body })
      .execute();
    await options.ledger.audit.append(tx, {
      kind: "policy.adopted",
      subject: name,
      actor,
      body: { policy: digest, before: newest?.digest ?? null, text: body },
    });
  });
  return digest;
}
