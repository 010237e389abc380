import type { Kysely } from "kysely";
import type { ViewDefinition } from "../../contracts/feature-definition.ts";
import type { ServiceDefinition } from "../../contracts/feature-service.ts";
import type { MetadataStore } from "../../contracts/metadata-store.ts";
import { canonicalJson, type JsonValue } from "../../core/canonical-json.ts";
import { type Digest, isDigest } from "../../core/digest.ts";
import { storedRecord } from "../../core/stored-json.ts";
import { takenViews } from "../definitions/taken-views.ts";
import { viewMeaning } from "../definitions/view-hash.ts";
import type { FeaturesTables } from "./features-migrations.ts";

/** A view of a service by name and hash. */
export interface NamedView {
  readonly name: string;
  readonly hash: Digest;
}

/** Remembers what hashes stand for: of a service its views and those they take, of a view its meaning. */
export class DefinitionLog {
  readonly #metadata: MetadataStore;

  constructor(metadata: MetadataStore) {
    this.#metadata = metadata;
  }

  /** Remembers a service and its views; doing so again changes nothing. */
  async remember(service: ServiceDefinition): Promise<void> {
    if ((await this.views(service.hash)) !== undefined) return;
    const views = viewsOf(service);
    const named = views.map(({ name, hash }, position) => ({ service: service.hash, position, name, hash }));
    const meanings = new Map(views.map((view) => [view.hash, rowOf(view)]));
    await this.#metadata.write(async (tx) => {
      await tx.lock("features");
      const sql = tx.sql.withTables<FeaturesTables>();
      await sql
        .insertInto("feature_view")
        .values([...meanings.values()])
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      await sql
        .insertInto("feature_service_view")
        .values(named)
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    });
  }

  /** The views of a service and those they take, or `undefined` where it was never remembered. */
  async views(service: Digest): Promise<readonly NamedView[] | undefined> {
    const rows = await this.#sql
      .selectFrom("feature_service_view")
      .select(["name", "hash"])
      .where("service", "=", service)
      .orderBy("position")
      .execute();
    if (rows.length === 0) return undefined;
    return rows.flatMap(({ name, hash }) => (isDigest(hash) ? [{ name, hash }] : []));
  }

  /** What a view's hash stands for, or `undefined`. */
  async meaning(view: Digest): Promise<JsonValue | undefined> {
    const row = await this.#sql
      .selectFrom("feature_view")
      .select(["windowed", "on_demand", "alias"])
      .where("hash", "=", view)
      .executeTakeFirst();
    const text = row?.windowed ?? row?.on_demand ?? row?.alias ?? undefined;
    return text === undefined ? undefined : storedRecord(text, { table: "feature_view", row: view });
  }

  /** The hashes of all views that were ever remembered and of which events are kept online, in order. */
  async windowedViews(): Promise<readonly Digest[]> {
    const rows = await this.#sql
      .selectFrom("feature_view")
      .select("hash")
      .where("windowed", "is not", null)
      .orderBy("hash")
      .execute();
    return rows.map(({ hash }) => hash).filter(isDigest);
  }

  get #sql(): Kysely<FeaturesTables> {
    return this.#metadata.sql.withTables<FeaturesTables>();
  }
}

function rowOf(view: ViewDefinition): FeaturesTables["feature_view"] {
  const text = canonicalJson(viewMeaning(view));
  const { kind } = view.body;
  return {
    hash: view.hash,
    windowed: kind === "windowed" ? text : null,
    on_demand: kind === "onDemand" ? text : null,
    alias: kind === "alias" ? text : null,
  };
}

/** A service's views and those they take, each once. */
export function viewsOf(service: ServiceDefinition): readonly ViewDefinition[] {
  const views = new Map<string, ViewDefinition>();
  const visit = (view: ViewDefinition): void => {
    if (views.has(view.name)) return;
    views.set(view.name, view);
    takenViews(view).forEach(visit);
  };
  service.views.forEach(visit);
  return [...views.values()];
}
