import type { VersionKind } from "../../contracts/model-version.ts";
import { countText } from "../../core/count-text.ts";
import { pageLimit } from "../../core/page-limit.ts";
import { pageText } from "../../core/page-text.ts";
import { printable } from "../../core/printable.ts";
import type { RegistryOptions } from "../registry-options.ts";
import type { RegistryTables } from "../tables.ts";

/** Which models to list. */
export interface ModelListing {
  readonly kind?: VersionKind;
  /** The name of the last model of the page before. */
  readonly after?: string;
  /** At most so many, from 1 to 1,000. @default 100 */
  readonly limit?: number;
}

/** A model in a list: as it is stored. What serving uses is verified by `load()` and `aliases()`, not here. */
export interface ListedModel {
  readonly name: string;
  readonly kind: VersionKind;
  /** How many versions it has. */
  readonly versions: number;
  /** Grows at each transition. */
  readonly revision: number;
  /** The registry's latest act on it, epoch milliseconds. */
  readonly lastActMs: number;
  /** Where its aliases point: `champion`, `challenger`, and the host's own. */
  readonly aliases: { readonly [alias: string]: number };
}

/** A page of models, by name. */
export interface ModelPage {
  readonly models: readonly ListedModel[];
  /** Where the next page begins (`after`); undefined where there is none. */
  readonly next: string | undefined;
}

const usualLimit = 100;
const mostRows = 1000;

/** Models by name, a page at a time. Errors: `argument/invalid` for a limit out of its bounds. */
export async function listModels(options: RegistryOptions, asked: ModelListing): Promise<ModelPage> {
  const limit = pageLimit(asked.limit, { usual: usualLimit, most: mostRows });
  const sql = options.metadata.sql.withTables<RegistryTables>();
  let query = sql
    .selectFrom("registry_version")
    .select(["model", "kind"])
    .where("version", "=", 1)
    .where("model", ">", asked.after ?? "")
    .orderBy("model")
    .limit(limit + 1);
  if (asked.kind !== undefined) query = query.where("kind", "=", asked.kind);
  const rows = await query.execute();
  const page = rows.slice(0, limit);
  const names = page.map(({ model }) => model);
  if (names.length === 0) return printable({ models: [], next: undefined }, modelPageText);
  const counters = await sql.selectFrom("registry_model").selectAll().where("model", "in", names).execute();
  const aliases = await sql.selectFrom("registry_alias").selectAll().where("model", "in", names).execute();
  const byName = new Map(counters.map((row) => [row.model, row]));
  const models = page.map(({ model, kind }) => ({
    name: model,
    kind: kindOf(kind),
    versions: byName.get(model)?.versions ?? 0,
    revision: byName.get(model)?.revision ?? 0,
    lastActMs: byName.get(model)?.last_ms ?? 0,
    aliases: Object.fromEntries(aliases.flatMap((row) => (row.model === model ? [[row.alias, row.version]] : []))),
  }));
  return printable({ models, next: rows.length > limit ? names.at(-1) : undefined }, modelPageText);
}

function kindOf(text: string | null): VersionKind {
  return text === "prompt" || text === "config" ? text : "model";
}

/** A page of models, a line each: what it is, how many versions it has, and where its aliases point. */
export function modelPageText({ models, next }: ModelPage): string {
  const rows = models.map(({ name, kind, versions, aliases }) => [
    name,
    kind,
    countText(versions, "version"),
    Object.entries(aliases)
      .map(([alias, version]) => `${alias} → ${version}`)
      .join(", "),
  ]);
  return pageText("model", rows, next);
}
