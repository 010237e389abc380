/** How many checks passed, failed and were skipped. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Counts with the parts that were not given at zero. */
export function counted(counts: Partial<Counts>): Counts {
  return { passed: 0, failed: 0, skipped: 0, ...counts };
}

/** The sum of counts. */
export function total(parts: readonly Counts[]): Counts {
  return parts.reduce(
    (sum, part) => ({
      passed: sum.passed + part.passed,
      failed: sum.failed + part.failed,
      skipped: sum.skipped + part.skipped,
    }),
    counted({}),
  );
}

/** Counts as the line that ends a test run: `12 passed, 0 failed, 1 skipped`. */
export function countLine(counts: Counts): string {
  return `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`;
}

/** The counts in the last line of a program's output, if it is such a line. */
export function countsIn(output: string): Counts | undefined {
  const found = /^(\d+) passed, (\d+) failed, (\d+) skipped$/.exec(output.trimEnd().split("\n").at(-1) ?? "");
  if (found === null) return undefined;
  return { passed: Number(found[1]), failed: Number(found[2]), skipped: Number(found[3]) };
}

/** Prints the counts as the last line and makes this process fail when something failed. */
export function report(counts: Counts): void {
  console.log(countLine(counts));
  if (counts.failed > 0) process.exitCode = 1;
}
