import type { ModelCard, ModelCardParts } from "../../contracts/model-card.ts";
import { digestOf } from "../../core/digest.ts";
import { SluiceError } from "../../core/errors.ts";
import { signRecord } from "../../ledger/signed-record.ts";
import type { RegistryOptions } from "../registry-options.ts";
import type { RegistryTables } from "../tables.ts";
import { setLabel } from "../search/label-table.ts";
import { amendStanding } from "../versions/amend-standing.ts";
import { requireVersionKey, type VersionKey, versionSubject } from "../versions/version-key.ts";
import { readVersion } from "../versions/version-table.ts";
import { missingParts, requireCardParts } from "./card-parts.ts";
import { printedCard } from "./card-text.ts";
import { type CardBody, insertCard } from "./card-table.ts";

/** The kind of the event of a card. */
export const cardKind = "card.written";

/**
 * Writes the next revision of a version's model card: all parts anew, those left out are missing. Earlier revisions stay.
 * Errors: `argument/invalid` (an unknown part, no author), `registry/not-found`, `registry/conflict`.
 */
export async function writeCard(
  options: RegistryOptions,
  key: VersionKey,
  parts: ModelCardParts,
  by: { readonly author: string },
): Promise<ModelCard> {
  requireVersionKey(key);
  const subject = versionSubject(key);
  const author = by?.author;
  requireCardParts(subject, parts);
  if (typeof author !== "string" || author.trim() === "") throw noAuthor(subject);
  const { version } = await readVersion(options.metadata.sql.withTables<RegistryTables>(), key, options.verifier);
  let written: ModelCard | undefined;
  await amendStanding(options, key.name, async (standing, writtenAtMs) => {
    const cards = standing.cards ?? [];
    const revision = (cards.find((card) => card.version === key.version)?.revision ?? 0) + 1;
    const said = { model: key.name, version: key.version, revision, parts, author, writtenAtMs };
    const body: CardBody = { kind: "model-card", schema: 1, ...said, missing: missingParts(parts) };
    const signed = await signRecord(options.signer, body);
    const digest = digestOf(signed.body);
    const { kind: _kind, ...card } = body;
    written = { ...card, digest };
    return {
      remarks: {
        cards: [...cards.filter((one) => one.version !== key.version), { version: key.version, revision, digest }],
      },
      event: { kind: cardKind, subject, actor: author, body: { revision, card: digest, missing: [...body.missing] } },
      write: async (tx) => {
        const sql = tx.sql.withTables<RegistryTables>();
        await insertCard(sql, body, signed);
        await setLabel(sql, version, "owner", parts.owner);
      },
    };
  });
  if (written === undefined) throw noAuthor(subject);
  return printedCard(written);
}

function noAuthor(subject: string): SluiceError {
  return new SluiceError("argument/invalid", {
    found: `no author of the model card of ${subject}`,
    expected: "who wrote it",
    fix: "Pass { author }.",
  });
}
