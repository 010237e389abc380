import type { AuditHead } from "../../contracts/audit-log.ts";
import type { Stage } from "../../contracts/model-version.ts";
import type { Deprecation } from "../../contracts/gate.ts";
import type { MetadataTransaction } from "../../contracts/metadata-store.ts";
import type { Verifier } from "../../contracts/signer.ts";
import type { Digest } from "../../core/digest.ts";
import { SluiceError } from "../../core/errors.ts";
import { compiledStatement, compiledWrite } from "../../ledger/compiled-statement.ts";
import { type SignedText, signatureHolds } from "../../ledger/signed-record.ts";
import { unknownKey } from "../../ledger/unknown-key.ts";
import { afterEnd } from "../certificates/key-end.ts";
import type { RegistrySql } from "../tables.ts";
import { type ModelCounters, readCounters } from "./model-row.ts";

/** Where one version stands. */
export interface VersionStanding {
  readonly version: number;
  readonly stage: Stage;
  readonly revision: number;
  readonly certificate: Digest;
}

/** Where an alias of the host's own points, and the certificate that moved it there. */
export interface AliasStanding {
  readonly alias: string;
  readonly version: number;
  readonly certificate: Digest;
}

/** The newest model card of a version. */
export interface CardStanding {
  readonly version: number;
  readonly revision: number;
  /** Digest of the card's text. */
  readonly digest: Digest;
}

/** An approval that was taken back, kept until it would have expired. */
export interface RevokedApproval {
  readonly approval: Digest;
  readonly expiresAtMs: number;
}

/** What is said of a model's versions between transitions; each list is left out while it is empty. */
export interface StandingRemarks {
  readonly aliases?: readonly AliasStanding[];
  readonly deprecated?: readonly ({ readonly version: number } & Deprecation)[];
  readonly cards?: readonly CardStanding[];
  readonly revoked?: readonly RevokedApproval[];
}

/**
 * Where all versions of a model stand that were ever promoted, signed together at each transition: none of them can be moved, hidden or
 * put back alone, even by who makes the audit chain fit. (To put all of a store back is found from the last external anchor.) The versions themselves
 * are in blocks, of which it holds the digests: what is signed, read and written at a transition grows by two digests for 64 versions.
 */
export interface BlockStanding extends StandingRemarks {
  readonly kind: "standing";
  readonly schema: 2;
  readonly model: string;
  /** The model's revision. */
  readonly revision: number;
  /** What the audit log was when this was signed, before the record of it: so a standing is of one log, and has its place in it. Earlier releases left it out. */
  readonly log?: AuditHead;
  /** The version in production; `null` = none. */
  readonly production: number | null;
  /** The digest of each block's text; `null` for one none of whose versions was ever promoted. */
  readonly blocks: readonly (Digest | null)[];
}

/** A standing as an earlier release signed it, with its versions in it: the next transition puts them into blocks. */
export interface WholeStanding extends StandingRemarks {
  readonly kind: "standing";
  readonly schema: 1;
  readonly model: string;
  readonly revision: number;
  readonly log?: AuditHead;
  /** By version number. */
  readonly versions: readonly VersionStanding[];
}

/** Where all versions of a model stand. */
export type Standing = BlockStanding | WholeStanding;

/**
 * The standing as it was signed last; empty before the first transition. It must be that of the model's revision, by the counters that were read a moment
 * ago or by those of now. Errors: `registry/tampered`, `certificate/revoked-key`.
 */
export async function readStanding(
  sql: RegistrySql,
  model: string,
  verifier: Verifier,
  counters?: ModelCounters,
): Promise<Standing> {
  const [row] = await selectStanding(sql, model);
  const { revision } = counters ?? (await readCounters(sql, model));
  return await verifiedStanding(row, model, revision, verifier);
}

/** {@link readStanding} of a row that was read with the model's revision. Errors: as there. */
export async function verifiedStanding(
  row: SignedText | undefined,
  model: string,
  revision: number,
  verifier: Verifier,
): Promise<Standing> {
  if (row === undefined) {
    if (revision === 0) return { kind: "standing", schema: 2, model, revision, production: null, blocks: [] };
    throw changedStanding(model, `it is gone, after ${revision} transitions`);
  }
  if (!(await signatureHolds(verifier, row)))
    throw (
      unknownKey(verifier, row.key_id, `the standing of the model "${model}"`) ??
      changedStanding(model, "it does not carry the signature of a pinned key")
    );
  // It says no instant that could be compared: a rotation signs it again.
  const endMs = verifier.endsAtMs?.(row.key_id);
  if (endMs !== undefined) throw afterEnd(row.key_id, endMs, `the standing of the model "${model}"`);
  const standing: Standing = JSON.parse(row.body);
  if (standing.kind !== "standing" || (standing.schema !== 1 && standing.schema !== 2) || standing.model !== model)
    throw changedStanding(model, `it is a signed ${standing.kind} of "${standing.model}"`);
  if (standing.revision !== revision)
    throw changedStanding(model, `it was signed at revision ${standing.revision}, the model is at ${revision}`);
  return standing;
}

/** Writes a signed standing. */
export async function writeStanding(tx: MetadataTransaction, model: string, signed: SignedText): Promise<void> {
  await upsertStanding(tx, model, signed.body, signed.key_id, signed.signature);
}

const selectStanding = compiledStatement((sql: RegistrySql, model: string) =>
  sql.selectFrom("registry_standing").selectAll().where("model", "=", model),
);

const upsertStanding = compiledWrite(
  (sql: RegistrySql, model: string, body: string, key_id: string, signature: string) =>
    sql
      .insertInto("registry_standing")
      .values({ model, body, key_id, signature })
      .onConflict((conflict) => conflict.column("model").doUpdateSet({ body, key_id, signature })),
);

/** That a standing, or a block of it, is not what was signed. */
export function changedStanding(model: string, what: string): SluiceError {
  return new SluiceError("registry/tampered", {
    found: `the signed standing of the model "${model}" was changed in the store: ${what}`,
    expected: "where its versions stand, as the registry signed it at the last transition",
    fix: "Do not use the model. Restore the store from a backup, and find out who changed it.",
  });
}
