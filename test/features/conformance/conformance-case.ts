import type { Workbench } from "../feature-workbench.ts";

/** One case of the survey of feature stores' own tests: what a feature store must do, whatever stores it is wired with. */
export interface ConformanceCase {
  /** The case's number in the survey, 1 to 29. */
  readonly number: number;
  readonly name: string;
  /** Rejects where it does not hold. The workbench is fresh. */
  run(bench: Workbench): Promise<void>;
}
