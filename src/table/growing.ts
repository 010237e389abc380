const firstCapacity = 64;

/** A typed array that grows as cells are written. */
export interface Growing<A> {
  /** The array, long enough to write the cell at an index that is at most one past the last one written. */
  upTo(at: number): A;
  /** A copy of the first cells. */
  first(length: number): A;
}

interface Growable<A> {
  readonly length: number;
  set(from: A): void;
  slice(from: number, to: number): A;
}

/** Makes a {@link Growing} of arrays of one type. */
export function growing<A extends Growable<A>>(make: (length: number) => A): Growing<A> {
  let values = make(firstCapacity);
  return {
    upTo: (at) => {
      if (at >= values.length) {
        const wider = make(values.length * 2);
        wider.set(values);
        values = wider;
      }
      return values;
    },
    first: (length) => values.slice(0, length),
  };
}
