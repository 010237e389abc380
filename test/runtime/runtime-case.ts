/** What a case may use besides the sources. */
export interface RuntimeContext {
  /** An empty folder of this case alone, removed afterwards; the only place a case may write to. */
  readonly tempDir: string;
}

/**
 * One check that runs on every runtime: Node 22, 24, 26, Deno and Bun.
 *
 * It may use `node:assert/strict` and the sources, nothing of a test framework. What `run` returns is compared across
 * runtimes: a case that returns a digest thereby states that the digest is the same everywhere.
 */
export interface RuntimeCase {
  /** Unique in the suite; starts with the module's name: `core: ids sort by time`. */
  readonly name: string;
  run(context: RuntimeContext): string | undefined | Promise<string | undefined>;
}
