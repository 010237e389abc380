import type { WorkOptions } from "../../core/progress.ts";
import type { SourceVersions } from "../store/source-history.ts";
import type { ServedPart, ServedSource } from "./served-rows.ts";

/** What {@link FeatureStore.skew} measures. */
export interface SkewOptions extends WorkOptions, ServedPart {
  /** The sources' versions that history is read from. @default the heads */
  readonly sources?: SourceVersions;
  /** The vectors to compute again. @default those of the logs that the store was given */
  readonly served?: readonly ServedSource[];
  /** How many rows with a difference are looked into, from 0; the causes of those beyond are `unexplained`. @default 1000 */
  readonly explainRows?: number;
  /** How many of the worst cells are shown, from 0. @default 10 */
  readonly examples?: number;
}
