import type { CellTag } from "../../core/cell-type.ts";
import type { Digest } from "../../core/digest.ts";
import type { FeatureProfile, ProfileSource } from "./feature-profile.ts";

/** A feature as the catalog shows it. */
export interface CatalogFeature {
  readonly name: string;
  readonly type: CellTag;
  readonly nullable: boolean;
  /** How it comes about: `mean over 6h`, `latest`, `computed`. */
  readonly how: string;
  /** The source columns it is made from, `dataset.column`, through every view between. */
  readonly columns: readonly string[];
  /** The request fields it is made from. */
  readonly fields: readonly string[];
  /** What its values looked like in the newest training set or table that was profiled; left out where none was. */
  readonly profile?: FeatureProfile;
}

/** What people said of a definition. */
export interface CatalogAbout {
  readonly owner?: string;
  readonly description?: string;
  readonly tags: readonly string[];
}

/** A view as the catalog shows it. */
export interface CatalogView extends CatalogAbout {
  readonly name: string;
  readonly hash: Digest;
  readonly kind: "windowed" | "onDemand" | "alias";
  readonly entities: readonly string[];
  readonly keys: readonly string[];
  /** The dataset of its events; of windowed views. */
  readonly source?: string;
  /** The view that it is under another name; of aliases. */
  readonly of?: string;
  /** Where the profiles of its features are from. */
  readonly profiled?: ProfileSource;
  readonly features: readonly CatalogFeature[];
  /** The current services that have it, or take it for another view. */
  readonly services: readonly string[];
  /** The model versions registered with a service that has it, in whatever meaning of that service, `name@version`. */
  readonly models: readonly string[];
}

/** A service in its current meaning, as the catalog shows it. */
export interface CatalogService extends CatalogAbout {
  readonly name: string;
  readonly hash: Digest;
  /** Its features, `view.feature`, in order. */
  readonly features: readonly string[];
  /** Its views, and those that they take. */
  readonly views: readonly string[];
  /** The model versions registered with any of its meanings, `name@version`; services of one hash share them. */
  readonly models: readonly string[];
}

/** What a search of the catalog finds, by name. */
export interface CatalogPage {
  /** Services that fit, and those with a view that does. */
  readonly services: readonly CatalogService[];
  readonly views: readonly CatalogView[];
}

/** What is looked for: everything that is named must fit. @default everything */
export interface CatalogQuery {
  /** Found anywhere in names (of features too), description, owner or tags; upper and lower case are one. */
  readonly text?: string;
  readonly name?: string;
  readonly owner?: string;
  readonly tag?: string;
  /** An entity that the view describes. */
  readonly entity?: string;
  /** A source column that a feature is made from, as `dataset.column`, or all of a dataset's, as `dataset`. */
  readonly column?: string;
}
