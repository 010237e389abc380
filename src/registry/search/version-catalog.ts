import { requested } from "../registry-calls.ts";
import { type RegistryOptions, requireRegistryParts } from "../registry-options.ts";
import type { VersionKey } from "../versions/version-key.ts";
import type { ModelListing, ModelPage } from "./list-models.ts";
import type { VersionDifference } from "./version-difference.ts";
import type { VersionPage, VersionSearch } from "./version-search.ts";

/** What there is in the registry: lists, searches, tags, and the difference of two versions. */
export class VersionCatalog {
  readonly #options: RegistryOptions;

  /** Errors: `argument/invalid` for what it cannot be wired from. */
  constructor(options: RegistryOptions) {
    requireRegistryParts("new VersionCatalog(options)", options);
    this.#options = options;
  }

  /** Models, prompts and configs by name, a page at a time, as they are stored. Errors: `argument/invalid`. */
  async models(listing: ModelListing = {}): Promise<ModelPage> {
    const { listModels } = await import("./list-models.ts");
    return await listModels(this.#options, requested("models", listing));
  }

  /**
   * The versions that match: by model, kind, stage, author, owner, tag, time and metric; a page at a time, the newest (or the highest metric) first.
   * Errors: `argument/invalid`, `registry/tampered`.
   */
  async search(search: VersionSearch = {}): Promise<VersionPage> {
    const { searchVersions } = await import("./search-versions.ts");
    return await searchVersions(this.#options, requested("search", search));
  }

  /** Sets tags of a version to search by (`null` takes one away), on record. No gate reads them. Errors: `registry/not-found`, `argument/invalid`. */
  async tag(
    version: VersionKey,
    tags: { readonly [tag: string]: string | null },
    by: { readonly actor: string },
  ): Promise<void> {
    const { tagVersion } = await import("./tag-version.ts");
    await tagVersion(this.#options, version, tags, requested("tag", by));
  }

  /** In what two versions differ: data, features, params, metrics, signature, policy, card; printing it shows it. Errors: `registry/not-found`, `registry/tampered`. */
  async diff(before: VersionKey, after: VersionKey): Promise<VersionDifference> {
    const { diffVersions } = await import("./diff-versions.ts");
    return await diffVersions(this.#options, before, after);
  }
}
