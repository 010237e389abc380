import { offlineContract } from "../../../src/testing/offline-contract.ts";
import { onlineContract } from "../../../src/testing/online-contract.ts";
import type { ConformanceCase } from "./conformance-case.ts";
import { consistency } from "./consistency.ts";
import { definitions } from "./definitions.ts";
import { edges } from "./edges.ts";
import { forecastCases } from "./forecasts.ts";
import { online } from "./online.ts";
import { pointInTime } from "./point-in-time.ts";
import { windowCases } from "./windows.ts";

/** Every case of the survey, in its order: each runs on every store. */
export const register: readonly ConformanceCase[] = [
  ...pointInTime,
  ...forecastCases,
  ...definitions,
  ...online,
  ...edges,
  ...windowCases,
  ...consistency,
].sort((a, b) => a.number - b.number);

/** The register as a table in Markdown, with what the suites of single stores (`sluice/testing`) hold of each case. */
export function registerTable(): string {
  const lines = register.map(({ number, name }, i) => {
    const isFirst = register[i - 1]?.number !== number;
    return `| ${number} | ${name} | ${isFirst ? inSuites(number) : ""} |`;
  });
  return ["| case | of a feature store on every store | in the suites of stores |", "|---|---|---|", ...lines].join(
    "\n",
  );
}

function inSuites(number: number): string {
  const suites = [
    ["offline", offlineContract],
    ["online", onlineContract],
  ] as const;
  return suites
    .flatMap(([side, cases]) => {
      const count = cases.filter(({ name }) => new RegExp(`^${number}b?:`).test(name)).length;
      return count === 0 ? [] : [`${side}, ${count}`];
    })
    .join("; ");
}
