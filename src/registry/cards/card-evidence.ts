import type { AuditRecord } from "../../contracts/audit-log.ts";
import type { CardEvidence, TransitionRules } from "../../contracts/gate.ts";
import { kindOf } from "../gates/built-in-names.ts";
import type { RegistryOptions } from "../registry-options.ts";
import type { RegistryTables } from "../tables.ts";
import type { Standing } from "../versions/standing.ts";
import { type VersionKey, versionSubject } from "../versions/version-key.ts";
import { tampered } from "../versions/version-table.ts";
import { newestCard } from "./card-table.ts";
import { cardKind } from "./write-card.ts";

/** Whether a policy asks for a model card: then the card is part of the evidence, and another one voids the approvals. */
export function asksForCard(rules: TransitionRules | undefined): boolean {
  return rules?.gates.some(({ gate }) => kindOf(gate) === "modelCard") ?? false;
}

/** The newest card of a version, as the signed standing and the log name it (the events about the version). Errors: `registry/tampered`. */
export async function cardEvidence(
  options: RegistryOptions,
  standing: Standing,
  key: VersionKey,
  events: readonly AuditRecord[],
): Promise<CardEvidence | undefined> {
  const sql = options.metadata.sql.withTables<RegistryTables>();
  const signed = (standing.cards ?? []).find(({ version }) => version === key.version);
  const card = await newestCard(sql, options.verifier, key, signed);
  const newest = events.filter(({ kind }) => kind === cardKind).at(-1)?.body;
  const logged = typeof newest === "object" && newest !== null && "card" in newest ? newest.card : undefined;
  if (logged !== card?.digest)
    throw tampered(versionSubject(key), "its model card is another by the log than by the signed standing");
  return card === undefined ? undefined : { revision: card.revision, digest: card.digest, missing: card.missing };
}
