import type { ModelCard } from "../../contracts/model-card.ts";
import { requireArgument } from "../../core/known-arguments.ts";
import type { RegistryOptions } from "../registry-options.ts";
import type { RegistryTables } from "../tables.ts";
import { readStanding } from "../versions/standing.ts";
import { requireInLog } from "../versions/standing-in-log.ts";
import { type VersionKey, versionSubject } from "../versions/version-key.ts";
import { readVersion, tampered } from "../versions/version-table.ts";
import { cardEvidence } from "./card-evidence.ts";
import { readCard } from "./card-table.ts";

/** A version's card, the newest revision or one by number, verified; `undefined` = there is none. Errors: `registry/not-found`, `registry/tampered`. */
export async function cardOf(
  options: RegistryOptions,
  key: VersionKey,
  revision: number | undefined,
): Promise<ModelCard | undefined> {
  if (revision !== undefined) requireArgument("registry.card()", "revision", revision, "number");
  const sql = options.metadata.sql.withTables<RegistryTables>();
  await readVersion(sql, key, options.verifier);
  const standing = await readStanding(sql, key.name, options.verifier);
  const events = await options.ledger.audit.read({ subject: versionSubject(key) });
  const newest = await cardEvidence(options, standing, key, events);
  await requireInLog(options.ledger.audit, standing, versionSubject(key), events);
  const wanted = revision ?? newest?.revision;
  if (newest === undefined || wanted === undefined || wanted < 1 || wanted > newest.revision) return undefined;
  const card = await readCard(sql, options.verifier, key, wanted);
  if (card !== undefined) return card;
  throw tampered(versionSubject(key), `revision ${wanted} of its model card is gone`);
}
