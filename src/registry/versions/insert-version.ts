import type { LineageEdge } from "../../contracts/lineage-store.ts";
import type { JsonValue } from "../../core/canonical-json.ts";
import { digestOf } from "../../core/digest.ts";
import type { SignedText } from "../../ledger/signed-record.ts";
import type { RegistryOptions } from "../registry-options.ts";
import type { RegistryTables } from "../tables.ts";
import { readCounters, writeCounters } from "./model-row.ts";
import { modelLock, versionSubject } from "./version-key.ts";
import type { VersionBody } from "./version-table.ts";

/** Writes a signed version with its lineage and its audit record, if its number is still free: all of it in one transaction, or nothing. */
export async function insertVersion(
  options: RegistryOptions,
  body: VersionBody,
  signed: SignedText,
  edges: readonly LineageEdge[],
  told: { readonly [member: string]: JsonValue },
): Promise<boolean> {
  const { name: model, version, registeredAtMs } = body;
  return await options.metadata.write(async (tx) => {
    await tx.lock(modelLock(model));
    const sql = tx.sql.withTables<RegistryTables>();
    const counters = await readCounters(sql, model);
    if (counters.versions + 1 !== version) return false;
    await writeCounters(sql, model, {
      ...counters,
      versions: version,
      lastMs: Math.max(counters.lastMs, registeredAtMs),
    });
    await sql
      .insertInto("registry_version")
      .values({ model, version, ...signed, stage: "registered", revision: 0, certificate: null })
      .execute();
    await options.ledger.lineage.record(tx, edges);
    await options.ledger.changes.publish(tx, "version.registered", { model, version });
    await options.ledger.audit.append(tx, {
      kind: "version.registered",
      subject: versionSubject(body),
      actor: body.author,
      body: {
        record: digestOf(signed.body),
        artifact: body.artifactDigest,
        evaluation: body.evaluationDigest,
        run: body.run.id,
        service: body.service.hash,
        ...told,
      },
    });
    return true;
  });
}
