import type { FeatureServiceRef, ServiceDefinition } from "../../contracts/feature-service.ts";
import type { Ledger } from "../../contracts/ledger.ts";
import type { LineageTree } from "../../contracts/lineage-store.ts";
import type { MetadataStore } from "../../contracts/metadata-store.ts";
import type { FeaturesTables } from "../store/features-migrations.ts";
import type { TrainingSet } from "../../contracts/training-set.ts";
import { SluiceError } from "../../core/errors.ts";
import { printable } from "../../core/printable.ts";
import { storedRecord } from "../../core/stored-json.ts";
import { tableDigest } from "../../table/table-digest.ts";
import type { Table } from "../../table/table.ts";
import type { CatalogPage, CatalogQuery, CatalogView } from "./catalog-page.ts";
import { type CatalogRecord, catalogRecord, type KeptView } from "./catalog-record.ts";
import { serviceFits, viewFits } from "./catalog-search.ts";
import { formatCatalog } from "./format-catalog.ts";
import type { ProfileSource } from "./feature-profile.ts";
import { keepProfiles, keptProfiles, profileRows, profilesOf, type ViewProfile } from "./view-profiles.ts";

/** What a {@link FeatureCatalog} is made of. */
export interface FeatureCatalogOptions {
  readonly metadata: MetadataStore;
  readonly ledger: Ledger;
}

/** Remembers what registered services are made of, in every process of the workspace, and searches it. */
export class FeatureCatalog {
  readonly #options: FeatureCatalogOptions;

  constructor(options: FeatureCatalogOptions) {
    this.#options = options;
  }

  /** Keeps what a service is made of; writes only where that, or what is said of it, is new. */
  async remember(service: ServiceDefinition): Promise<void> {
    const { metadata } = this.#options;
    const record = JSON.stringify(catalogRecord(service));
    const key = { name: service.name, service_hash: service.hash };
    const sql = metadata.sql.withTables<FeaturesTables>();
    const kept = await sql
      .selectFrom("feature_catalog")
      .select("record")
      .where("name", "=", key.name)
      .where("service_hash", "=", key.service_hash)
      .executeTakeFirst();
    if (kept?.record === record) return;
    await metadata.write(async (tx) => {
      await tx.sql
        .withTables<FeaturesTables>()
        .insertInto("feature_catalog")
        .values({ ...key, record })
        .onConflict((conflict) => conflict.columns(["name", "service_hash"]).doUpdateSet({ record }))
        .execute();
    });
  }

  /** Profiles the features of a service's views in a training set or a table, and keeps that. What was profiled already is not again. */
  async profile(
    service: ServiceDefinition,
    of: TrainingSet | Table,
    atMs: number,
    sampleRows: number = profileRows,
  ): Promise<void> {
    requireSampleRows(sampleRows);
    requireTable(of);
    const { metadata } = this.#options;
    const isSet = "table" in of;
    const source: ProfileSource = {
      kind: isSet ? "training-set" : "table",
      digest: isSet ? of.digest : tableDigest(of),
      atMs,
    };
    const hashes = service.views.map(({ hash }) => hash);
    const kept = await keptProfiles(metadata, hashes);
    if (hashes.every((hash) => isSame(kept.get(hash), source, sampleRows))) return;
    await keepProfiles(metadata, profilesOf(service, isSet ? of.table : of, source, sampleRows));
  }

  /** The current services and their views that fit a query, by name. */
  async find(query: CatalogQuery): Promise<CatalogPage> {
    requireTexts(query);
    const records = await this.#records();
    const latest = await this.#current();
    const current = records.filter(({ service }) => latest.get(service.name) === service.hash);
    const views = new Map<string, KeptView>();
    for (const record of current)
      for (const view of record.views) if (viewFits(view, query)) views.set(view.hash, view);
    const fitting = current.filter(
      (record) => serviceFits(record.service, query) || record.views.some(({ hash }) => views.has(hash)),
    );
    const models = await this.#models(records);
    const ofView = (hash: string): readonly CatalogRecord[] =>
      records.filter((record) => record.views.some((view) => view.hash === hash));
    const profiles = await keptProfiles(
      this.#options.metadata,
      [...views.values()].map(({ hash }) => hash),
    );
    const page: CatalogPage = {
      services: fitting
        .map(({ service }) => ({
          ...service,
          models: union(records.filter((record) => record.service.name === service.name).map(models)),
        }))
        .sort(byName),
      views: [...views.values()]
        .map((view) => ({
          ...withProfile(view, profiles.get(view.hash)),
          services: ofView(view.hash)
            .filter((record) => current.includes(record))
            .map(({ service }) => service.name)
            .sort(),
          models: union(ofView(view.hash).map(models)),
        }))
        .sort(byName),
    };
    return printable(page, formatCatalog);
  }

  async #records(): Promise<readonly CatalogRecord[]> {
    const sql = this.#options.metadata.sql.withTables<FeaturesTables>();
    const rows = await sql.selectFrom("feature_catalog").selectAll().orderBy("name").execute();
    return rows.map(({ name, service_hash, record }) =>
      storedRecord<CatalogRecord>(
        record,
        { table: "feature_catalog", row: `${name}, ${service_hash}` },
        "service",
        "views",
      ),
    );
  }

  /** The newest hash of each name. */
  async #current(): Promise<ReadonlyMap<string, string>> {
    const sql = this.#options.metadata.sql.withTables<FeaturesTables>();
    const rows = await sql.selectFrom("feature_services").select(["name", "hash"]).orderBy("position").execute();
    return new Map(rows.map(({ name, hash }) => [name, hash]));
  }

  /** The model versions trained with each record's service, from lineage. */
  async #models(records: readonly CatalogRecord[]): Promise<(record: CatalogRecord) => readonly string[]> {
    const found = new Map<FeatureServiceRef["hash"], readonly string[]>();
    for (const { service } of records) {
      if (found.has(service.hash)) continue;
      found.set(service.hash, modelsIn(await this.#options.ledger.lineage.downstream(`features:${service.hash}`)));
    }
    return ({ service }) => found.get(service.hash) ?? [];
  }
}

function isSame(kept: ViewProfile | undefined, { digest }: ProfileSource, sampleRows: number): boolean {
  return kept?.source.digest === digest && kept.sampleRows === sampleRows;
}

/** What the types promise, a plain-JavaScript caller may not have passed. */
function requireTable(of: unknown): void {
  if (typeof of === "object" && of !== null && ("table" in of || "columns" in of)) return;
  throw new SluiceError("argument/invalid", {
    found: `a value of type ${typeof of} to be profiled`,
    expected: "a training set, or a table with columns `view.feature`",
    fix: "Pass what ws.features.training() made.",
  });
}

function requireTexts(query: CatalogQuery): void {
  for (const [name, text] of Object.entries(query)) {
    if (text === undefined || typeof text === "string") continue;
    throw new SluiceError("argument/invalid", {
      found: `${name}: ${String(text)}`,
      expected: "a text to look for",
      fix: "Pass a text, or leave it out.",
    });
  }
}

function requireSampleRows(sampleRows: number): void {
  if (Number.isSafeInteger(sampleRows) && sampleRows > 0) return;
  throw new SluiceError("argument/invalid", {
    found: `sampleRows ${sampleRows}`,
    expected: "a whole number above 0",
    fix: `Leave it out for ${profileRows}.`,
  });
}

function withProfile(view: KeptView, kept: ViewProfile | undefined): Omit<CatalogView, "services" | "models"> {
  if (kept === undefined) return view;
  const features = view.features.map((feature) => {
    const profile = Object.hasOwn(kept.features, feature.name) ? kept.features[feature.name] : undefined;
    return profile === undefined ? feature : { ...feature, profile };
  });
  return { ...view, features, profiled: kept.source };
}

const modelPrefix = "model-version:";

function modelsIn(tree: LineageTree): readonly string[] {
  const own = tree.node.startsWith(modelPrefix) ? [tree.node.slice(modelPrefix.length)] : [];
  return union([own, ...tree.children.map(modelsIn)]);
}

function union(lists: readonly (readonly string[])[]): readonly string[] {
  return [...new Set(lists.flat())].sort(byModel);
}

/** By name, then by number. */
function byModel(a: string, b: string): number {
  const [x, y] = [a.lastIndexOf("@"), b.lastIndexOf("@")];
  if (a.slice(0, x) !== b.slice(0, y)) return a < b ? -1 : 1;
  return Number(a.slice(x + 1)) - Number(b.slice(y + 1));
}

function byName(a: { readonly name: string; readonly hash: string }, b: typeof a): number {
  return a.name === b.name ? (a.hash < b.hash ? -1 : 1) : a.name < b.name ? -1 : 1;
}
