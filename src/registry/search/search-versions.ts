import { SluiceError } from "../../core/errors.ts";
import { pageLimit } from "../../core/page-limit.ts";
import { printable } from "../../core/printable.ts";
import { kindOfVersion } from "../policy/policy-of.ts";
import type { RegistryOptions } from "../registry-options.ts";
import type { RegistrySql, RegistryTables } from "../tables.ts";
import { verifiedVersion } from "../versions/version-table.ts";
import { type SearchCursor, cursorText, readCursor } from "./search-cursor.ts";
import { labelsAsked, searchKeys } from "./search-keys.ts";
import { type FoundVersion, type VersionPage, type VersionSearch, versionPageText } from "./version-search.ts";

const usualLimit = 50;
const mostRows = 1000;
/** Versions that are read in one statement. */
const chunk = 100;

/**
 * The versions that match everything asked for, a page at a time. Each that is answered was verified; tags, owners and metrics are only what it was
 * found by. Errors: `argument/invalid` (limit, `after`, `tag`, `metric`), `registry/tampered`.
 */
export async function searchVersions(options: RegistryOptions, asked: VersionSearch): Promise<VersionPage> {
  const limit = pageLimit(asked.limit, { usual: usualLimit, most: mostRows });
  requireShapes(asked);
  const sql = options.metadata.sql.withTables<RegistryTables>();
  let after = asked.after === undefined ? undefined : readCursor(asked.after);
  const found: { readonly key: SearchCursor; readonly version: FoundVersion }[] = [];
  for (;;) {
    const needed = limit + 1 - found.length;
    const keys = await searchKeys(sql, asked, after, narrows(asked) ? chunk : Math.min(chunk, needed));
    for (const version of await readFound(options, sql, asked, keys, needed)) found.push(version);
    after = keys.at(-1);
    if (found.length > limit || after === undefined) break;
  }
  const page = found.slice(0, limit);
  const last = page.at(-1);
  const answer: VersionPage = {
    versions: page.map(({ version }) => version),
    next: found.length > limit && last !== undefined ? cursorText(last.key) : undefined,
  };
  return printable(answer, versionPageText);
}

/** A tag and a metric are objects: `tag: { team: "x" }` and `metric: "auc"` suggest themselves, and mean nothing. */
function requireShapes({ tag, metric }: VersionSearch): void {
  if (tag !== undefined && (typeof tag?.name !== "string" || typeof tag.value !== "string"))
    throw misshapen("tag", tag, '{ name: "team", value: "x" }');
  if (metric !== undefined && typeof metric?.name !== "string")
    throw misshapen("metric", metric, '{ name: "auc", atLeast: 0.8 }');
}

function misshapen(member: string, found: unknown, example: string): SluiceError {
  return new SluiceError("argument/invalid", {
    found: `${member}: ${JSON.stringify(found)}`,
    expected: `an object as ${example}`,
    fix: "Name it by `name`.",
  });
}

/** Whether some of what is asked is not in the index that leads: then many keys give few versions. */
function narrows(asked: VersionSearch): boolean {
  const { metric, tag, owner, model, kind, stage, author, fromMs, toMs } = asked;
  if (metric === undefined && tag === undefined && owner === undefined) return false;
  const others = [model, kind, stage, author, ...(metric === undefined ? [] : [tag ?? owner, fromMs, toMs])];
  return others.some((one) => one !== undefined) || (tag !== undefined && owner !== undefined);
}

async function readFound(
  options: RegistryOptions,
  sql: RegistrySql,
  asked: VersionSearch,
  keys: readonly SearchCursor[],
  needed: number,
): Promise<readonly { readonly key: SearchCursor; readonly version: FoundVersion }[]> {
  if (keys.length === 0) return [];
  const rows = new Map(
    (
      await sql
        .selectFrom("registry_version")
        .selectAll()
        .where(({ eb, or, and }) =>
          or(keys.map(({ model, version }) => and([eb("model", "=", model), eb("version", "=", version)]))),
        )
        .execute()
    ).map((row) => [keyText(row), row]),
  );
  const labels = await labelsByVersion(sql, keys);
  const found: { key: SearchCursor; version: FoundVersion }[] = [];
  for (const key of keys) {
    if (found.length === needed) break;
    const row = rows.get(keyText(key));
    const own = labels.get(keyText(key)) ?? new Map<string, string>();
    if (row === undefined || !matches(row, own, asked)) continue;
    const { version } = await verifiedVersion(row, options.verifier);
    found.push({
      key,
      version: {
        model: version.name,
        version: version.version,
        kind: kindOfVersion(version),
        stage: version.stage,
        author: version.author,
        registeredAtMs: version.registeredAtMs,
        tags: Object.fromEntries(
          [...own].flatMap(([label, value]) => (label.startsWith("tag:") ? [[label.slice("tag:".length), value]] : [])),
        ),
        owner: own.get("owner"),
        metric: asked.metric === undefined ? undefined : key.order,
      },
    });
  }
  return found;
}

async function labelsByVersion(
  sql: RegistrySql,
  keys: readonly SearchCursor[],
): Promise<ReadonlyMap<string, ReadonlyMap<string, string>>> {
  const rows = await sql
    .selectFrom("registry_label")
    .select(["model", "version", "label", "value"])
    .where(({ eb, or, and }) =>
      or(keys.map(({ model, version }) => and([eb("model", "=", model), eb("version", "=", version)]))),
    )
    .orderBy("label")
    .execute();
  const labels = new Map<string, Map<string, string>>();
  for (const row of rows) {
    const own = labels.get(keyText(row)) ?? new Map<string, string>();
    labels.set(keyText(row), own.set(row.label, row.value));
  }
  return labels;
}

function matches(
  row: RegistryTables["registry_version"],
  labels: ReadonlyMap<string, string>,
  asked: VersionSearch,
): boolean {
  const { model, kind, stage, author, fromMs, toMs } = asked;
  return (
    (model === undefined || row.model === model) &&
    (kind === undefined || row.kind === kind) &&
    (stage === undefined || row.stage === stage) &&
    (author === undefined || row.author === author) &&
    (fromMs === undefined || (row.registered_ms ?? 0) >= fromMs) &&
    (toMs === undefined || (row.registered_ms ?? 0) < toMs) &&
    labelsAsked(asked).every(({ label, value }) => labels.get(label) === value)
  );
}

function keyText({ model, version }: { readonly model: string; readonly version: number }): string {
  return `${model}@${version}`;
}
