import type { MetadataTransaction } from "../../contracts/metadata-store.ts";
import { compiledStatement, compiledWrite } from "../../ledger/compiled-statement.ts";
import type { RegistrySql } from "../tables.ts";

/** The registry's own aliases: the production version, and the newest candidate. */
export type Alias = "champion" | "challenger";

/** Where the aliases of a model point; `undefined` = there is no such version. */
export interface Aliases {
  readonly champion: number | undefined;
  readonly challenger: number | undefined;
  /** The host's own; left out where there are none. */
  readonly own?: { readonly [alias: string]: number };
}

const registrys: ReadonlySet<string> = new Set(["champion", "challenger", "latest"]);

/** Whether a text may name an alias of the host's own: letters, digits, `.`, `_`, `-`, no number as in `v3`, and none of the registry's own. */
export function isOwnAlias(alias: unknown): alias is string {
  return (
    typeof alias === "string" &&
    /^[A-Za-z][A-Za-z0-9._-]{0,127}$/.test(alias) &&
    !/^v\d+$/i.test(alias) &&
    !registrys.has(alias.toLowerCase())
  );
}

/** Reads the aliases of a model as stored; nothing is verified here. */
export async function readAliases(sql: RegistrySql, model: string): Promise<Aliases> {
  const rows = await selectAliases(sql, model);
  const of = (alias: Alias): number | undefined => rows.find((row) => row.alias === alias)?.version;
  const own = rows.filter(({ alias }) => alias !== "champion" && alias !== "challenger");
  return {
    champion: of("champion"),
    challenger: of("challenger"),
    ...(own.length === 0 ? {} : { own: Object.fromEntries(own.map(({ alias, version }) => [alias, version])) }),
  };
}

/** Points an alias at a version, or removes it. */
export async function setAlias(
  tx: MetadataTransaction,
  model: string,
  alias: string,
  version: number | undefined,
): Promise<void> {
  if (version === undefined) await deleteAlias(tx, model, alias);
  else await upsertAlias(tx, model, alias, version);
}

/** The candidate with the highest version number: where the alias `challenger` points. */
export async function newestCandidate(sql: RegistrySql, model: string): Promise<number | undefined> {
  const [row] = await selectNewestCandidate(sql, model);
  return row?.version;
}

const selectAliases = compiledStatement((sql: RegistrySql, model: string) =>
  sql.selectFrom("registry_alias").selectAll().where("model", "=", model),
);

const deleteAlias = compiledWrite((sql: RegistrySql, model: string, alias: string) =>
  sql.deleteFrom("registry_alias").where("model", "=", model).where("alias", "=", alias),
);

const upsertAlias = compiledWrite((sql: RegistrySql, model: string, alias: string, version: number) =>
  sql
    .insertInto("registry_alias")
    .values({ model, alias, version })
    .onConflict((conflict) => conflict.columns(["model", "alias"]).doUpdateSet({ version })),
);

const selectNewestCandidate = compiledStatement((sql: RegistrySql, model: string) =>
  sql
    .selectFrom("registry_version")
    .select("version")
    .where("model", "=", model)
    .where("stage", "=", "candidate")
    .orderBy("version", "desc")
    .limit(1),
);
