import type { MetadataTransaction } from "../../contracts/metadata-store.ts";
import { type Digest, digestOf } from "../../core/digest.ts";
import { SluiceError } from "../../core/errors.ts";
import { compiledStatement, compiledWrite } from "../../ledger/compiled-statement.ts";
import type { RegistryOptions } from "../registry-options.ts";
import type { RegistrySql, RegistryTables } from "../tables.ts";

/**
 * The evidence that a certificate was issued on, as canonical JSON with the digest it is asked for by. Certificates of earlier releases have theirs
 * among the blobs. Errors: `registry/tampered`, `blob/not-found`, `blob/corrupt`.
 */
export async function storedEvidence(options: RegistryOptions, digest: Digest): Promise<string> {
  const [row] = await selectEvidence(options.metadata.sql.withTables<RegistryTables>(), digest);
  const body = row?.body ?? new TextDecoder().decode(await options.blobs.get(digest));
  if (digestOf(body) === digest) return body;
  throw new SluiceError("registry/tampered", {
    found: `other evidence than ${digest} in its place`,
    expected: "the evidence that the certificate was issued on",
    fix: "Restore the store from a backup, and find out who changed it.",
  });
}

const selectEvidence = compiledStatement((sql: RegistrySql, digest: string) =>
  sql.selectFrom("registry_evidence").select("body").where("digest", "=", digest),
);

/** Stores evidence in the transaction of its certificate; what stood under its digest is mended. */
export async function writeEvidence(tx: MetadataTransaction, digest: Digest, body: string): Promise<void> {
  await upsertEvidence(tx, digest, body);
}

const upsertEvidence = compiledWrite((sql: RegistrySql, digest: string, body: string) =>
  sql
    .insertInto("registry_evidence")
    .values({ digest, body })
    .onConflict((conflict) => conflict.column("digest").doUpdateSet({ body })),
);
