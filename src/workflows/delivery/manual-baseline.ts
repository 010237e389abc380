import { isRecord, type UnknownRecord } from "../../core/is-record.ts";
import { SluiceError } from "../../core/errors.ts";
import { requireArgument } from "../../core/known-arguments.ts";

/** One delivery as it was before: what is not known is left out. */
export interface ManualDeployment {
  readonly name: string;
  /** From a model ready to be delivered to its first use in production, hours. */
  readonly leadTimeHours?: number;
  /** When it came to production, epoch milliseconds. */
  readonly deployedMs?: number;
  readonly rolledBack?: boolean;
  /** From the moment that a degradation was seen to its end, hours. */
  readonly restoreHours?: number;
  /** From its beginning to the moment it was seen, hours. */
  readonly detectHours?: number;
  /** What people worked on the delivery, hours. */
  readonly humanHours?: number;
}

/** How models were delivered before: "your last three deployments", written down by hand. */
export interface ManualBaseline {
  readonly schema: 1;
  readonly deployments: readonly ManualDeployment[];
  /** Models that were made, and those of them that stayed in production. */
  readonly models?: { readonly made: number; readonly inProduction: number };
}

/**
 * Reads a manual baseline from JSON, `{ schema: 1, deployments: [{ name, leadTimeHours, … }], models?: { made, inProduction } }`, or from CSV with a header
 * of the same names. `startedAt` and `deployedAt` (ISO dates) stand for `leadTimeHours` and `deployedMs`. An empty cell is not known.
 *
 * Errors: `argument/invalid`, naming the deployment and the field.
 *
 * @example
 * ```ts
 * import { readBaseline } from "sluice/workflows";
 * const { deployments } = readBaseline("name,startedAt,deployedAt,humanHours\nchurn,2024-01-01,2024-01-22,38");
 * if (deployments[0]?.leadTimeHours !== 504) throw new Error("three weeks expected");
 * ```
 */
export function readBaseline(text: string): ManualBaseline {
  requireArgument("readBaseline()", "text", text, "text");
  const isJson = text.trimStart().startsWith("{");
  const { deployments, models, ...rest } = isJson ? fromJson(text) : { deployments: fromCsv(text), models: undefined };
  for (const name of Object.keys(rest))
    if (name !== "schema") throw invalid(`"${name}"`, "schema, deployments, models");
  if (isJson && rest["schema"] !== 1) throw invalid(`schema ${JSON.stringify(rest["schema"])}`, "schema 1");
  if (!Array.isArray(deployments) || deployments.length === 0) throw invalid("no deployments", "at least one");
  const read = deployments.map((one: unknown, i) => deploymentOf(one, i));
  return { schema: 1, deployments: read, ...(models !== undefined && { models: modelsOf(models) }) };
}

function fromJson(text: string): UnknownRecord {
  try {
    const value: unknown = JSON.parse(text);
    if (isRecord(value)) return value;
  } catch (error) {
    throw invalid(`text that is no JSON (${error instanceof Error ? error.message : String(error)})`, "a baseline");
  }
  throw invalid("a value that is no record", "a baseline");
}

function fromCsv(text: string): readonly UnknownRecord[] {
  const [header = "", ...lines] = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  const names = cellsOf(header);
  return lines.map((line, i) => {
    const cells = cellsOf(line);
    if (cells.length !== names.length) throw invalid(`${cells.length} cells in line ${i + 2}`, `${names.length}`);
    return Object.fromEntries(names.flatMap((name, at) => (cells[at] === "" ? [] : [[name, cells[at]]])));
  });
}

function cellsOf(line: string): readonly string[] {
  const cells = [...line.matchAll(/(?:^|,)(?:\s*"((?:[^"]|"")*)"\s*|([^,]*))/g)];
  return cells.map(([, quoted, plain]) => (quoted === undefined ? (plain ?? "").trim() : quoted.replaceAll('""', '"')));
}

const hourFields = ["leadTimeHours", "restoreHours", "detectHours", "humanHours"] as const;
const otherFields = ["name", "startedAt", "deployedAt", "deployedMs", "rolledBack"];

function deploymentOf(given: unknown, i: number): ManualDeployment {
  if (!isRecord(given)) throw invalid(`deployment ${i + 1} that is no record`, "its fields by name");
  const name = String(given["name"] ?? `deployment ${i + 1}`);
  const known: readonly string[] = [...hourFields, ...otherFields];
  for (const field of Object.keys(given))
    if (!known.includes(field)) throw invalid(`"${field}" of ${name}`, known.join(", "));
  const numbers = hourFields.flatMap((field) =>
    given[field] === undefined ? [] : [[field, hoursOf(given[field], `${field} of ${name}`)]],
  );
  const startedMs = instantOf(given["startedAt"], `startedAt of ${name}`);
  const deployedMs = instantOf(given["deployedAt"] ?? given["deployedMs"], `deployedAt of ${name}`);
  const rolledBack = booleanOf(given["rolledBack"], `rolledBack of ${name}`);
  const hours: { readonly leadTimeHours?: number } = Object.fromEntries(numbers);
  const lead = startedMs === undefined || deployedMs === undefined ? undefined : (deployedMs - startedMs) / 3_600_000;
  if (lead !== undefined && lead < 0) throw invalid(`${name}, deployed before it was started`, "the other way round");
  return {
    name,
    ...(lead !== undefined && { leadTimeHours: lead }),
    ...hours,
    ...(deployedMs !== undefined && { deployedMs }),
    ...(rolledBack !== undefined && { rolledBack }),
  };
}

function modelsOf(given: unknown): { readonly made: number; readonly inProduction: number } {
  const [made, inProduction] = isRecord(given) ? [given["made"], given["inProduction"]] : [];
  if (isCount(made) && isCount(inProduction) && inProduction <= made) return { made, inProduction };
  throw invalid(
    `models ${JSON.stringify(given)}`,
    "{ made, inProduction }, whole numbers, no more in production than made",
  );
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0;
}

function hoursOf(value: unknown, what: string): number {
  const hours = typeof value === "string" ? Number(value) : value;
  if (typeof hours === "number" && Number.isFinite(hours) && hours >= 0) return hours;
  throw invalid(`${JSON.stringify(value)} for ${what}`, "hours, from 0 on");
}

function instantOf(value: unknown, what: string): number | undefined {
  if (value === undefined) return undefined;
  const ms = typeof value === "number" ? value : isIsoDate(value) ? Date.parse(value) : Number.NaN;
  if (Number.isFinite(ms)) return ms;
  throw invalid(`${JSON.stringify(value)} for ${what}`, "a date as in 2024-03-01");
}

function isIsoDate(value: unknown): value is string {
  return typeof value === "string" && /^\d{4}-\d{2}-\d{2}/.test(value);
}

function booleanOf(value: unknown, what: string): boolean | undefined {
  if (value === undefined || typeof value === "boolean") return value;
  if (value === "true" || value === "yes" || value === "1") return true;
  if (value === "false" || value === "no" || value === "0") return false;
  throw invalid(`${JSON.stringify(value)} for ${what}`, "true or false");
}

function invalid(found: string, expected: string): SluiceError {
  return new SluiceError("argument/invalid", {
    found: `a baseline with ${found}`,
    expected,
    fix: "Write it as docs/guide/governance.md shows.",
  });
}
