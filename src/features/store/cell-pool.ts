import type { CellTag } from "../../core/cell-type.ts";
import type { WindowSpec } from "../windows/window-spec.ts";
import { makeWindowStates, type WindowStates } from "../windows/window-states.ts";
import {
  type Cells,
  type ComputableCells,
  cellKind,
  makeCells,
  type NumberCells,
  numberCells,
  type TextCells,
} from "../kernel/cells.ts";
import type { OutputTag } from "../kernel/computable-cells.ts";

/** Where the cells of computed features come from. What they hold at first is unspecified. */
export interface CellPool {
  cells(tag: OutputTag, rows: number): ComputableCells;
  cells(tag: CellTag, rows: number): Cells;
  numbers(rows: number): NumberCells;
  /** Room for one instant a row. */
  times(rows: number): Float64Array;
  /** Room for what a view's windows hold. */
  windowStates(spec: WindowSpec): WindowStates;
}

/** Cells of their own for every result. */
export const freshCells: CellPool = {
  cells: makeCells,
  numbers: numberCells,
  times: (rows) => new Float64Array(rows),
  windowStates: makeWindowStates,
};

/**
 * Cells of one row that are lent again after each {@link OneRowCells.begin}: a request of one row is computed without allocating typed arrays,
 * which would take longer than all the rest. For a result that is copied out before anything is awaited.
 */
export class OneRowCells implements CellPool {
  readonly #numbers: NumberCells[] = [];
  readonly #texts: TextCells[] = [];
  readonly #times: Float64Array[] = [];
  readonly #states = new WeakMap<WindowSpec, WindowStates>();
  #nextNumber: number = 0;
  #nextText: number = 0;
  #nextTime: number = 0;

  /** Takes back all that was lent. */
  begin(): this {
    this.#nextNumber = 0;
    this.#nextText = 0;
    this.#nextTime = 0;
    return this;
  }

  cells(tag: OutputTag): ComputableCells;
  cells(tag: CellTag): Cells;
  cells(tag: CellTag): Cells {
    const kind = cellKind(tag);
    if (kind === "number") return this.numbers();
    if (kind !== "text") return makeCells(tag, 1); // rare, and their values are no typed arrays to be lent
    const at = this.#nextText++;
    this.#texts[at] ??= { kind, values: [""], statuses: new Uint8Array(1) };
    return this.#texts[at];
  }

  numbers(): NumberCells {
    const at = this.#nextNumber++;
    this.#numbers[at] ??= numberCells(1);
    return this.#numbers[at];
  }

  times(): Float64Array {
    const at = this.#nextTime++;
    this.#times[at] ??= new Float64Array(1);
    return this.#times[at];
  }

  windowStates(spec: WindowSpec): WindowStates {
    const known = this.#states.get(spec);
    if (known !== undefined) return known;
    const states = makeWindowStates(spec);
    this.#states.set(spec, states);
    return states;
  }
}
