/** A logger with pino's shape: fields first, then the message. */
export interface Logger {
  /** Says what only a developer wants to know. */
  debug(fields: Readonly<Record<string, unknown>>, message: string): void;
  /** Says what happened. */
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  /** Says what somebody should look at. */
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
  /** Says what went wrong. */
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}

const nothing = (): void => undefined;

/** The default logger: says nothing. */
export const silentLogger: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };
