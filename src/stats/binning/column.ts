/** A column of numbers as typed arrays hold it. */
export interface Column {
  /** The values; those at invalid places are not looked at. */
  readonly values: ArrayLike<number>;
  /** A validity bitmap in Arrow's layout (bit i of byte ⌊i/8⌋, lowest bit first; 1 = present). @default all are present */
  readonly validity?: Uint8Array;
}
