import type { CodedColumn } from "./coded-column.ts";
import type { LossSums } from "./loss-sums.ts";

/** The losses of every conjunction of values of some columns, in one pass over the rows. */
export class ColumnCube {
  readonly columns: readonly CodedColumn[];
  readonly #strides: readonly number[];
  readonly #rows: Int32Array;
  readonly #sums: Float64Array;
  readonly #squares: Float64Array;

  /** @param losses - One a row, less their mean. */
  constructor(columns: readonly CodedColumn[], losses: Float64Array) {
    this.columns = columns;
    let size = 1;
    this.#strides = columns.map(({ values }) => {
      const stride = size;
      size *= values.length;
      return stride;
    });
    this.#rows = new Int32Array(size);
    this.#sums = new Float64Array(size);
    this.#squares = new Float64Array(size);
    const cells = this.#cells(losses.length);
    for (let i = 0; i < losses.length; i++) {
      const cell = cells[i] as number;
      if (cell < 0) continue;
      const loss = losses[i] as number;
      this.#rows[cell] = (this.#rows[cell] as number) + 1;
      this.#sums[cell] = (this.#sums[cell] as number) + loss;
      this.#squares[cell] = (this.#squares[cell] as number) + loss * loss;
    }
  }

  /** The codes of each conjunction that has at least so many rows. */
  *conjunctions(minRows: number): Generator<readonly number[]> {
    for (let cell = 0; cell < this.#rows.length; cell++) {
      if ((this.#rows[cell] as number) < minRows) continue;
      yield this.columns.map(({ values }, i) => Math.floor(cell / (this.#strides[i] as number)) % values.length);
    }
  }

  /** The losses of a conjunction. */
  sums(codes: readonly number[]): LossSums {
    const cell = codes.reduce((sum, code, i) => sum + code * (this.#strides[i] as number), 0);
    return {
      rows: this.#rows[cell] as number,
      sum: this.#sums[cell] as number,
      squares: this.#squares[cell] as number,
    };
  }

  /** The cell of each row; negative where a column has no code. */
  #cells(rows: number): Int32Array {
    const cells = new Int32Array(rows);
    for (const [c, { codes }] of this.columns.entries()) {
      const stride = this.#strides[c] as number;
      for (let i = 0; i < rows; i++) {
        const code = codes[i] as number;
        const cell = cells[i] as number;
        cells[i] = code < 0 || cell < 0 ? -1 : cell + code * stride;
      }
    }
    return cells;
  }
}
