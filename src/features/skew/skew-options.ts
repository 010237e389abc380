import type { WorkOptions } from "../../core/progress.ts";
import type { SourceVersions } from "../store/source-history.ts";
import type { ServedSource } from "./served-rows.ts";

/** What {@link FeatureStore.skew} measures. */
export interface SkewOptions extends WorkOptions {
  /** Rows served from this instant on, epoch ms. @default −∞: whatever is in the logs */
  readonly fromMs?: number;
  /** Rows served before this instant, epoch ms. @default ∞ */
  readonly toMs?: number;
  /** The share of entities looked at, in [0, 1], of those that were logged; by key, as the sample of the log. @default 1 */
  readonly rate?: number;
  /** The sources' versions that history is read from. @default the heads */
  readonly sources?: SourceVersions;
  /** The vectors to compute again. @default those of the logs that the store was given */
  readonly served?: readonly ServedSource[];
  /** How many rows with a difference are looked into; the causes of those beyond are `unexplained`. @default 1000 */
  readonly explainRows?: number;
  /** How many of the worst cells are shown. @default 10 */
  readonly examples?: number;
}
