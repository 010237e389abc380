import type { WindowedBody, ViewDefinition } from "../../contracts/feature-definition.ts";
import type { CellTag } from "../../core/cell-type.ts";
import type { Cells } from "../kernel/cells.ts";
import type { WindowSpec } from "../windows/window-spec.ts";

/** A latest look-up of a view. */
export interface LatestFeature {
  readonly column: string;
  readonly tag: CellTag;
  /** The column's place among the view's value columns. */
  readonly value: number;
}

/** How a windowed view is computed. */
export interface WindowedPlan {
  readonly kind: "windowed";
  readonly view: ViewDefinition;
  /** Its features' full names, `view.feature`, in order. */
  readonly names: readonly string[];
  readonly body: WindowedBody;
  readonly spec: WindowSpec;
  /** The source's key columns. */
  readonly keys: readonly string[];
  /** What each of them is read by: the names of the view's keys. */
  readonly readBy: readonly string[];
  /** The source's columns that its events carry, aggregated ones and looked-up ones, by name; twice one that is aggregated as numbers and looked up as something else. */
  readonly valueColumns: readonly string[];
  /** As what the events carry each of them. */
  readonly valueKinds: readonly Cells["kind"][];
  /** The place of each aggregated column among the value columns. */
  readonly aggregated: readonly number[];
  /** Whether each aggregated column holds texts: windows count and rank codes of them. */
  readonly aggregatedTexts: readonly boolean[];
  /** In the order of the view's features, after the windows. */
  readonly latest: readonly LatestFeature[];
  /** How far back from T its windows can reach, milliseconds; 0 without windows. */
  readonly windowReachMs: number;
  /** How far back from T its events matter, milliseconds; unbounded with a latest look-up. */
  readonly reachMs: number;
}
