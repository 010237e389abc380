import type { RegistrySql } from "../tables.ts";
import { tagLabel } from "./label-table.ts";
import type { SearchCursor } from "./search-cursor.ts";
import type { VersionSearch } from "./version-search.ts";

/** The labels that are asked for: all of them must hold. */
export function labelsAsked({
  tag,
  owner,
}: VersionSearch): readonly { readonly label: string; readonly value: string }[] {
  return [
    ...(tag === undefined ? [] : [{ label: tagLabel(tag.name), value: tag.value }]),
    ...(owner === undefined ? [] : [{ label: "owner", value: owner }]),
  ];
}

/**
 * The next versions that may match, in order, by the index that narrows most: a metric, else a label, else what the version itself says.
 * What the index does not say is compared later.
 */
export async function searchKeys(
  sql: RegistrySql,
  asked: VersionSearch,
  after: SearchCursor | undefined,
  limit: number,
): Promise<readonly SearchCursor[]> {
  if (asked.metric !== undefined) return await metricKeys(sql, asked.metric, after, limit);
  const [label] = labelsAsked(asked);
  if (label !== undefined) return await labelKeys(sql, asked, label, after, limit);
  return await versionKeys(sql, asked, after, limit);
}

async function metricKeys(
  sql: RegistrySql,
  { name, atLeast, atMost }: NonNullable<VersionSearch["metric"]>,
  after: SearchCursor | undefined,
  limit: number,
): Promise<readonly SearchCursor[]> {
  let query = sql
    .selectFrom("registry_metric")
    .select(["value as order", "model", "version"])
    .where("metric", "=", name);
  if (atLeast !== undefined) query = query.where("value", ">=", atLeast);
  if (atMost !== undefined) query = query.where("value", "<=", atMost);
  if (after !== undefined)
    query = query.where(({ eb, refTuple, tuple }) =>
      eb(refTuple("value", "model", "version"), "<", tuple(after.order, after.model, after.version)),
    );
  return await query
    .orderBy("value", "desc")
    .orderBy("model", "desc")
    .orderBy("version", "desc")
    .limit(limit)
    .execute();
}

async function labelKeys(
  sql: RegistrySql,
  { fromMs, toMs }: VersionSearch,
  { label, value }: { readonly label: string; readonly value: string },
  after: SearchCursor | undefined,
  limit: number,
): Promise<readonly SearchCursor[]> {
  let query = sql
    .selectFrom("registry_label")
    .select(["registered_ms as order", "model", "version"])
    .where("label", "=", label)
    .where("value", "=", value);
  if (fromMs !== undefined) query = query.where("registered_ms", ">=", fromMs);
  if (toMs !== undefined) query = query.where("registered_ms", "<", toMs);
  if (after !== undefined)
    query = query.where(({ eb, refTuple, tuple }) =>
      eb(refTuple("registered_ms", "model", "version"), "<", tuple(after.order, after.model, after.version)),
    );
  return await query
    .orderBy("registered_ms", "desc")
    .orderBy("model", "desc")
    .orderBy("version", "desc")
    .limit(limit)
    .execute();
}

async function versionKeys(
  sql: RegistrySql,
  { model, kind, stage, author, fromMs, toMs }: VersionSearch,
  after: SearchCursor | undefined,
  limit: number,
): Promise<readonly SearchCursor[]> {
  let query = sql.selectFrom("registry_version").select(["registered_ms as order", "model", "version"]);
  if (model !== undefined) query = query.where("model", "=", model);
  if (kind !== undefined) query = query.where("kind", "=", kind);
  if (stage !== undefined) query = query.where("stage", "=", stage);
  if (author !== undefined) query = query.where("author", "=", author);
  if (fromMs !== undefined) query = query.where("registered_ms", ">=", fromMs);
  if (toMs !== undefined) query = query.where("registered_ms", "<", toMs);
  if (after !== undefined)
    query = query.where(({ eb, refTuple, tuple }) =>
      eb(refTuple("registered_ms", "model", "version"), "<", tuple(after.order, after.model, after.version)),
    );
  const rows = await query
    .orderBy("registered_ms", "desc")
    .orderBy("model", "desc")
    .orderBy("version", "desc")
    .limit(limit)
    .execute();
  return rows.map(({ order, model, version }) => ({ order: order ?? 0, model, version }));
}
