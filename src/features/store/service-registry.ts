import type { FeatureServiceRef } from "../../contracts/feature-service.ts";
import type { Ledger } from "../../contracts/ledger.ts";
import type { MetadataStore } from "../../contracts/metadata-store.ts";
import type { Clock } from "../../core/clock.ts";
import { type Digest, isDigest } from "../../core/digest.ts";
import { SluiceError } from "../../core/errors.ts";
import type { FeaturesTables } from "./features-migrations.ts";

/** What a {@link ServiceRegistry} is made of. */
export interface ServiceRegistryOptions {
  readonly metadata: MetadataStore;
  readonly ledger: Ledger;
  readonly clock: Clock;
}

/** Remembers every meaning (hash) that a feature service's name has had; a new one is a decision, audited once. */
export class ServiceRegistry {
  readonly #options: ServiceRegistryOptions;

  constructor(options: ServiceRegistryOptions) {
    this.#options = options;
  }

  /** Registers a service under its hash; doing so again changes nothing, unless an older meaning is to be the `current` one again. */
  async register(service: FeatureServiceRef, options: { readonly current?: boolean } = {}): Promise<void> {
    const { metadata, ledger, clock } = this.#options;
    const isDone = (known: readonly { readonly hash: string }[]): boolean =>
      options.current === true ? known.at(-1)?.hash === service.hash : known.some(({ hash }) => hash === service.hash);
    if (isDone(await this.history(service.name))) return;
    await metadata.write(async (tx) => {
      await tx.lock("features");
      const sql = tx.sql.withTables<FeaturesTables>();
      const rows = await sql
        .selectFrom("feature_services")
        .select(["position", "hash"])
        .where("name", "=", service.name)
        .orderBy("position")
        .execute();
      if (isDone(rows)) return;
      await sql
        .deleteFrom("feature_services")
        .where("name", "=", service.name)
        .where("hash", "=", service.hash)
        .execute();
      await sql
        .insertInto("feature_services")
        .values({
          name: service.name,
          position: (rows.at(-1)?.position ?? -1) + 1,
          hash: service.hash,
          schema_hash: service.schemaHash,
          registered_at_ms: clock.nowMs(),
        })
        .execute();
      await ledger.audit.append(tx, {
        kind: "features.registered",
        subject: service.name,
        actor: "system",
        body: { hash: service.hash, schemaHash: service.schemaHash, previous: rows.at(-1)?.hash ?? null },
      });
    });
  }

  /** The newest hash of every name. */
  async currentHashes(): Promise<readonly Digest[]> {
    const sql = this.#options.metadata.sql.withTables<FeaturesTables>();
    const rows = await sql
      .selectFrom("feature_services")
      .select(["name", "hash"])
      .orderBy("name")
      .orderBy("position")
      .execute();
    return [...new Map(rows.map(({ name, hash }) => [name, digestIn(hash)])).values()];
  }

  /** Every meaning of a name, the current one last. */
  async history(name: string): Promise<readonly FeatureServiceRef[]> {
    requireName(name);
    const sql = this.#options.metadata.sql.withTables<FeaturesTables>();
    const rows = await sql
      .selectFrom("feature_services")
      .select(["hash", "schema_hash"])
      .where("name", "=", name)
      .orderBy("position")
      .execute();
    return rows.map((row) => ({ name, hash: digestIn(row.hash), schemaHash: digestIn(row.schema_hash) }));
  }
}

/** What the types promise, a plain-JavaScript caller may not have passed. */
function requireName(name: unknown): void {
  if (typeof name === "string") return;
  throw new SluiceError("argument/invalid", {
    found: `a service's name of type ${typeof name}`,
    expected: "a text",
    fix: "Pass service.name.",
  });
}

function digestIn(text: string): Digest {
  if (isDigest(text)) return text;
  throw new SluiceError("metadata/corrupt", {
    found: `${JSON.stringify(text)} where a feature service's digest should be`,
    expected: "sha256: and 64 hex digits",
    fix: "The metadata was changed from outside; restore it from a backup.",
  });
}
