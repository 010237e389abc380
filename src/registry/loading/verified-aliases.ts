import { presentChampion } from "./present-champion.ts";
import type { RegistryOptions } from "../registry-options.ts";
import type { RegistryTables } from "../tables.ts";
import { type Aliases, readAliases } from "../versions/aliases.ts";
import { readStanding } from "../versions/standing.ts";
import { readVersion } from "../versions/version-table.ts";
import { challengerOf } from "./present-challenger.ts";
import { verifiedAlias } from "./verified-alias.ts";
import { verifiedCertificate } from "./verified-record.ts";

/** Where every alias of a model points, each checked against what was signed. Errors: `registry/tampered`, `certificate/invalid`, `audit/broken`. */
export async function verifiedAliases(options: RegistryOptions, model: string): Promise<Aliases> {
  const sql = options.metadata.sql.withTables<RegistryTables>();
  const champion = await presentChampion(options, model);
  const challenger = await challengerOf(options, model);
  if (champion !== null) await verifiedCertificate(options, champion);
  if (challenger !== undefined)
    await verifiedCertificate(options, await readVersion(sql, { name: model, version: challenger }, options.verifier));
  const stored = (await readAliases(sql, model)).own ?? {};
  const { aliases = [] } = await readStanding(sql, model, options.verifier);
  const own: { [alias: string]: number } = {};
  for (const alias of new Set([...Object.keys(stored), ...aliases.map((one) => one.alias)]))
    own[alias] = (await verifiedAlias(options, model, alias)).version.version;
  return { champion: champion?.version.version, challenger, ...(Object.keys(own).length === 0 ? {} : { own }) };
}
