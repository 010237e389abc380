import type { ViewDefinition } from "../../contracts/feature-definition.ts";
import type { ServiceDefinition } from "../../contracts/feature-service.ts";
import type { MetadataStore } from "../../contracts/metadata-store.ts";
import { canonicalJson, type JsonValue } from "../../core/canonical-json.ts";
import { type Digest, isDigest } from "../../core/digest.ts";
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
    const named = views.map(({ name, hash }) => ({ name, hash }));
    const rows = new Map<string, FeaturesTables["feature_definitions"]>();
    for (const view of views)
      rows.set(view.hash, { hash: view.hash, kind: "view", body: canonicalJson(viewMeaning(view)) });
    rows.set(service.hash, { hash: service.hash, kind: "service", body: canonicalJson({ schema: 1, views: named }) });
    await this.#metadata.write(async (tx) => {
      await tx.lock("features");
      await tx.sql
        .withTables<FeaturesTables>()
        .insertInto("feature_definitions")
        .values([...rows.values()])
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    });
  }

  /** The views of a service and those they take, or `undefined` where it was never remembered. */
  async views(service: Digest): Promise<readonly NamedView[] | undefined> {
    const body = await this.#body(service, "service");
    if (body === undefined) return undefined;
    const { views }: { readonly views: readonly NamedView[] } = JSON.parse(body);
    return views;
  }

  /** What a view's hash stands for, or `undefined`. */
  async meaning(view: Digest): Promise<JsonValue | undefined> {
    const body = await this.#body(view, "view");
    return body === undefined ? undefined : JSON.parse(body);
  }

  /** The hashes of all views that were ever remembered, in order. */
  async allViews(): Promise<readonly Digest[]> {
    const rows = await this.#metadata.sql
      .withTables<FeaturesTables>()
      .selectFrom("feature_definitions")
      .select("hash")
      .where("kind", "=", "view")
      .orderBy("hash")
      .execute();
    return rows.map(({ hash }) => hash).filter(isDigest);
  }

  async #body(hash: Digest, kind: "service" | "view"): Promise<string | undefined> {
    const row = await this.#metadata.sql
      .withTables<FeaturesTables>()
      .selectFrom("feature_definitions")
      .select("body")
      .where("hash", "=", hash)
      .where("kind", "=", kind)
      .executeTakeFirst();
    return row?.body;
  }
}

/** A service's views and those they take, each once. */
export function viewsOf(service: ServiceDefinition): readonly ViewDefinition[] {
  const views = new Map<string, ViewDefinition>();
  const visit = (view: ViewDefinition): void => {
    if (views.has(view.name)) return;
    views.set(view.name, view);
    if (view.body.kind === "onDemand") view.body.inputs.forEach(visit);
  };
  service.views.forEach(visit);
  return [...views.values()];
}
