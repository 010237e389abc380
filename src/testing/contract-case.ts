/**
 * One case of a contract suite: what every implementation of a port must do. A suite is an array of them; it uses nothing but
 * `node:assert`, so that any test runner, or a host's own start-up check, can run it.
 */
export interface ContractCase<S> {
  /** What must hold, as a sentence. */
  readonly name: string;
  /** Rejects, with an assertion error, where it does not hold. The subject is fresh: nothing was stored in it before. */
  run(subject: S): Promise<void>;
}
