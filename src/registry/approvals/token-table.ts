import type { MetadataTransaction } from "../../contracts/metadata-store.ts";
import type { Digest } from "../../core/digest.ts";
import type { RegistryTables } from "../tables.ts";

/** Notes that an identity token was used for something; false where it was used for something else before: a stolen token approves nothing more. */
export async function useToken(tx: MetadataTransaction, token: Digest, usedFor: string): Promise<boolean> {
  await tx.lock("registry_token");
  const sql = tx.sql.withTables<RegistryTables>();
  const used = await sql.selectFrom("registry_token").select("used_for").where("digest", "=", token).executeTakeFirst();
  if (used !== undefined) return used.used_for === usedFor;
  await sql.insertInto("registry_token").values({ digest: token, used_for: usedFor }).execute();
  return true;
}
