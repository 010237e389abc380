/** What a command talks to: the process, or a test's stand-in for its streams. */
export interface Terminal {
  /** Writes lines for whoever asked. */
  out(text: string): void;
  /** Writes what is beside the answer: progress, errors. */
  err(text: string): void;
  readonly env: { readonly [name: string]: string | undefined };
  /** Where relative paths begin. */
  readonly cwd: string;
  /** Whether a person looks at what `err` writes. */
  readonly isInteractive: boolean;
  /** Aborted when the process is asked to stop. */
  readonly signal: AbortSignal;
}

/** How a command ends: 0 all well, 1 it found something wrong, 2 it could not be run. */
export type ExitCode = 0 | 1 | 2;

/** A command of the command line. */
export interface Command {
  readonly name: string;
  /** One line, for the list of commands. */
  readonly summary: string;
  /** Its usage and options, for `--help`. */
  readonly help: string;
  run(args: readonly string[], terminal: Terminal): Promise<ExitCode>;
}
