import type { Random } from "../../src/core/random.ts";
import type { NotComputable } from "../../src/stats/not-computable.ts";

/** What is sent to the oracle: numbers, texts, and lists and records of them. Typed arrays are sent as lists. */
export type Input =
  | number
  | string
  | boolean
  | null
  | Float64Array
  | readonly Input[]
  | { readonly [key: string]: Input };

/** Named numbers, as both sides return them. */
export type Answer = Readonly<Record<string, number>>;

/** One function of ours against one of the oracle's, over many drawn inputs. */
export interface Comparison<Inputs extends Readonly<Record<string, Input>> = Readonly<Record<string, Input>>> {
  /** What is compared, unique in its family: `ksTest exact, ties`. */
  readonly name: string;
  /** The function in `python/<family>.py` that answers. */
  readonly peer: string;
  /** How many inputs are drawn: at least 200. @default 250 */
  readonly draws?: number;
  /** Draws the inputs of one comparison; `index` counts from 0, so that the first few can be the known hard ones. */
  draw(random: Random, index: number): Inputs;
  /** Our answer. Where it is `notComputable` the oracle must answer `None`, and where the oracle answers `None` ours must be that. */
  ours(inputs: Inputs): Answer | NotComputable;
  /** The largest relative error that is allowed. */
  readonly tolerance: number;
  /** Differences up to this count as none: for results that are 0 up to rounding. @default 0 */
  readonly absolute?: number;
}

/** Comparisons that share a file of the oracle. */
export interface Family {
  /** The name of the file in `families/` and in `python/`. */
  readonly name: string;
  readonly comparisons: readonly Comparison[];
}

/** Gives a comparison its own input type and returns it as one of a family's. */
export function comparison<Inputs extends Readonly<Record<string, Input>>>(made: Comparison<Inputs>): Comparison {
  return made as Comparison;
}
