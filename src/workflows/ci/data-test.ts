import type { DataSource } from "../../contracts/data-source.ts";
import type { DatasetDefinition } from "../../contracts/dataset-definition.ts";
import { requireMade } from "../../core/known-arguments.ts";
import {
  type CiCase,
  type CiContext,
  type CiTest,
  type CiTestOptions,
  ciTestNames,
  requireCiTest,
} from "./ci-definition.ts";

/** What a data test takes beside its rows. */
export interface DataTestOptions extends CiTestOptions {
  /** The branch whose newest version the rows are compared with. @default "main" */
  readonly branch?: string;
}

const datasetMade = {
  what: "a dataset",
  by: "dataset() defines it",
  members: { name: "text", schema: "object" },
} as const;
const sourceMade = {
  what: "a source",
  by: "rowsSource(rows) makes one",
  members: { describe: "function", batches: "function" },
} as const;

/**
 * A test of data: a source is read and judged by a dataset's schema and checks as an ingest would, and nothing is committed. A case for the schema, and one for
 * each check. Checks that compare with earlier versions need the workspace that has them; without they are unmeasured.
 *
 * @example
 * ```ts
 * import { dataset, rowsSource } from "sluice";
 * import { dataTest } from "sluice/workflows";
 * import { z } from "zod";
 * const stops = dataset("stops", { schema: z.object({ id: z.number(), at: z.date() }), eventTime: "at" });
 * const test = dataTest("stops are sound", stops, () => rowsSource([{ id: 1, at: new Date(0) }]));
 * if (test.kind !== "data") throw new Error("a data test expected");
 * ```
 */
export function dataTest(
  name: string,
  dataset: DatasetDefinition,
  source: DataSource | ((context: CiContext) => DataSource | Promise<DataSource>),
  options: DataTestOptions = {},
): CiTest {
  requireCiTest("dataTest()", name, options, { ...ciTestNames, branch: "optional" });
  requireMade("dataTest()", dataset, datasetMade, "definition/invalid");
  if (typeof source !== "function") requireMade("dataTest()", source, sourceMade, "definition/invalid");
  const { branch, ...rest } = options;
  return {
    ...rest,
    name,
    kind: "data",
    run: async (context) => {
      const rows = typeof source === "function" ? await source(context) : source;
      const { signal } = context;
      const verdict = await context.ws.data.check(dataset, rows, { signal, ...(branch !== undefined && { branch }) });
      for (const [issue, count] of Object.entries(verdict.issueCounts)) context.log(`${count} × ${issue}`);
      for (const { row, issues } of verdict.faults.slice(0, 5)) context.log(`row ${row}: ${JSON.stringify(issues)}`);
      const { read, accepted, refused } = verdict.rows;
      const isRefused = read === 0 || refused > 0;
      const schema: CiCase = {
        name: "schema",
        outcome: isRefused ? "fail" : "pass",
        reason:
          read === 0
            ? "the source has no rows"
            : `${accepted} of ${read} rows accepted${issuesText(verdict.issueCounts)}`,
        measured: accepted,
        bound: read,
      };
      return [schema, ...verdict.checks.map(caseOf)];
    },
  };
}

/** The three most frequent issues: the others are in the test's log. */
function issuesText(issueCounts: { readonly [issue: string]: number }): string {
  const counts = Object.entries(issueCounts).sort(([, a], [, b]) => b - a);
  if (counts.length === 0) return "";
  const most = counts.slice(0, 3).map(([issue, count]) => `${count} × ${issue}`);
  return `: ${[...most, ...(counts.length > 3 ? [`${counts.length - 3} more kinds`] : [])].join(", ")}`;
}

type CheckVerdict = Awaited<ReturnType<CiContext["ws"]["data"]["check"]>>["checks"][number];

/** A check that only warns is told, and fails nothing: as in an ingest. */
function caseOf({ check, columns, severity, outcome, reason, value, bound }: CheckVerdict): CiCase {
  const passes = outcome === "pass" || (outcome === "fail" && severity === "warn");
  const open = outcome === "insufficientHistory" ? "unmeasured" : "fail";
  return {
    name: columns.length === 0 ? check : `${check} ${columns.join(", ")}`,
    outcome: passes ? "pass" : open,
    reason: outcome === "fail" && severity === "warn" ? `warning: ${reason}` : reason,
    ...(value !== undefined && { measured: value }),
    ...(bound !== undefined && { bound }),
  };
}
