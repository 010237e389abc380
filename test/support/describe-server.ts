import { afterAll, beforeAll, describe, expect, test } from "vitest";

/** A server program of another party that tests are run against. */
export interface ServerProgram<S> {
  /** Starts it; `undefined` where it is not installed. */
  readonly start: (() => Promise<S>) | undefined;
  readonly howToInstall: string;
}

/**
 * Declares tests that need a server: they run against one started for them, or, where it is not installed, are skipped by name (a failure
 * with SLUICE_REQUIRE_SERVERS=1).
 */
export function describeServer<S extends { stop(): Promise<void> }>(
  name: string,
  { start, howToInstall }: ServerProgram<S>,
  body: (server: () => S) => void,
): void {
  if (start === undefined) {
    declareMissing(name, howToInstall);
    return;
  }
  describe(name, () => {
    let server: S | undefined;
    beforeAll(async () => {
      server = await start();
    });
    afterAll(async () => {
      await server?.stop();
    });
    body(() => {
      if (server === undefined) throw new Error("the server is not running yet");
      return server;
    });
  });
}

function declareMissing(name: string, howToInstall: string): void {
  if (process.env["SLUICE_REQUIRE_SERVERS"] === "1") {
    test(name, () => {
      expect.fail(howToInstall);
    });
    return;
  }
  console.warn(`SKIPPED ${name}: ${howToInstall}`);
  test.skip(`${name} (skipped: ${howToInstall})`, () => undefined);
}
