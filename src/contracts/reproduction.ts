import type { Digest } from "../core/digest.ts";

/** What came of running a version's run again. */
export interface Reproduction {
  /** The run that was repeated. */
  readonly runId: string;
  /** The code it was repeated with. */
  readonly codeDigest: string;
  /** The training set it was repeated on; `null` = none was tracked. */
  readonly training: Digest | null;
  /** The artifact of the repetition. */
  readonly artifactDigest: Digest;
  /** The largest absolute difference of a prediction between the two artifacts; absent = not measured. */
  readonly maxDifference?: number;
}
