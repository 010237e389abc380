import type { ModelCard } from "../../contracts/model-card.ts";
import type { Verifier } from "../../contracts/signer.ts";
import { digestOf } from "../../core/digest.ts";
import { type SignedText, signatureHolds } from "../../ledger/signed-record.ts";
import { unknownKey } from "../../ledger/unknown-key.ts";
import type { RegistrySql } from "../tables.ts";
import type { CardStanding } from "../versions/standing.ts";
import { printedCard } from "./card-text.ts";
import { type VersionKey, versionSubject } from "../versions/version-key.ts";
import { tampered } from "../versions/version-table.ts";

/** What is signed of a card. */
export type CardBody = { readonly kind: "model-card" } & Omit<ModelCard, "digest">;

/** Reads a revision of a card, verified. `undefined` = there is none. Errors: `registry/tampered`. */
export async function readCard(
  sql: RegistrySql,
  verifier: Verifier,
  key: VersionKey,
  revision: number,
): Promise<ModelCard | undefined> {
  const row = await sql
    .selectFrom("registry_card")
    .selectAll()
    .where("model", "=", key.name)
    .where("version", "=", key.version)
    .where("revision", "=", revision)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const subject = versionSubject(key);
  if (!(await signatureHolds(verifier, row)))
    throw (
      unknownKey(verifier, row.key_id, `the model card of ${subject}`) ??
      tampered(subject, `revision ${revision} of its model card does not carry the signature of a pinned key`)
    );
  const { kind, ...card }: CardBody = JSON.parse(row.body);
  if (kind !== "model-card" || card.model !== key.name || card.version !== key.version || card.revision !== revision)
    throw tampered(subject, `revision ${revision} of its model card is that of ${card.model}@${card.version}`);
  return printedCard({ ...card, digest: digestOf(row.body) });
}

/** The newest card of a version: the one that the signed standing names. `undefined` = there is none. Errors: `registry/tampered`. */
export async function newestCard(
  sql: RegistrySql,
  verifier: Verifier,
  key: VersionKey,
  signed: CardStanding | undefined,
): Promise<ModelCard | undefined> {
  if (signed === undefined) return undefined;
  const card = await readCard(sql, verifier, key, signed.revision);
  if (card?.digest === signed.digest) return card;
  throw tampered(
    versionSubject(key),
    `revision ${signed.revision} of its model card is ${card === undefined ? "gone" : "another than the signed standing names"}`,
  );
}

/** Writes a signed revision. */
export async function insertCard(sql: RegistrySql, body: CardBody, signed: SignedText): Promise<void> {
  const { model, version, revision } = body;
  await sql
    .insertInto("registry_card")
    .values({ model, version, revision, ...signed })
    .execute();
}
