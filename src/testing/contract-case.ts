/** One requirement of a port, to be run against any implementation of it. */
export interface ContractCase<S> {
  /** What is required, in words. */
  readonly name: string;
  /** Rejects where the subject does not meet it. */
  run(subject: S): Promise<void>;
}
