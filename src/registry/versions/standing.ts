import type { AuditHead } from "../../contracts/audit-log.ts";
import type { Deprecation } from "../../contracts/gate.ts";
import type { Stage } from "../../contracts/model-version.ts";
import type { MetadataTransaction } from "../../contracts/metadata-store.ts";
import type { Verifier } from "../../contracts/signer.ts";
import type { Digest } from "../../core/digest.ts";
import { canonicalJson } from "../../core/canonical-json.ts";
import { SluiceError } from "../../core/errors.ts";
import { jsonOf } from "../../core/json-of.ts";
import { compiledStatement, compiledWrite } from "../../ledger/compiled-statement.ts";
import { type SignedText, signatureHolds } from "../../ledger/signed-record.ts";
import { unknownKey } from "../../ledger/unknown-key.ts";
import { afterEnd } from "../certificates/key-end.ts";
import type { RegistrySql } from "../tables.ts";
import { type ModelCounters, readCounters } from "./model-row.ts";
import { versionSubject } from "./version-key.ts";
import { type StoredVersion, tampered } from "./version-table.ts";

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
 * put back alone, even by who makes the audit chain fit. (To put all of a store back is found from the last external anchor.)
 */
export interface Standing extends StandingRemarks {
  readonly kind: "standing";
  readonly schema: 1;
  readonly model: string;
  /** The model's revision. */
  readonly revision: number;
  /** What the audit log was when this was signed, before the record of it: so a standing is of one log, and has its place in it. Earlier releases left it out. */
  readonly log?: AuditHead;
  /** By version number. */
  readonly versions: readonly VersionStanding[];
}

/** The standing of a model that has the given ones changed. */
export function standingWith(before: Standing, revision: number, changed: readonly VersionStanding[]): Standing {
  const moved = new Set(changed.map(({ version }) => version));
  const versions = [...before.versions.filter(({ version }) => !moved.has(version)), ...changed];
  return { ...before, revision, versions: versions.sort((a, b) => a.version - b.version) };
}

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
    if (revision === 0) return { kind: "standing", schema: 1, model, revision, versions: [] };
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
  if (standing.kind !== "standing" || standing.schema !== 1 || standing.model !== model)
    throw changedStanding(model, `it is a signed ${standing.kind} of "${standing.model}"`);
  if (standing.revision !== revision)
    throw changedStanding(model, `it was signed at revision ${standing.revision}, the model is at ${revision}`);
  return standing;
}

/**
 * The canonical JSON of a standing. Its versions are what grows, and are written at every transition: their members, none of which needs an escape, are
 * put together in the canonical order, and no other member of a standing comes after them.
 */
export function standingText({ versions, ...others }: Standing): string {
  const listed = versions.map(
    ({ certificate, revision, stage, version }) =>
      `{"certificate":"${certificate}","revision":${revision},"stage":"${stage}","version":${version}}`,
  );
  return `${canonicalJson(jsonOf(others)).slice(0, -1)},"versions":[${listed.join(",")}]}`;
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

/** Refuses a version that stands elsewhere than was signed. Errors: `registry/tampered`. */
export function requireStanding(standing: Standing, stored: StoredVersion): void {
  const { version, certificate } = stored;
  const signed = standing.versions.find((one) => one.version === version.version);
  const here = describe(version.stage, version.revision, certificate);
  const there =
    signed === undefined
      ? describe("registered", 0, null)
      : describe(signed.stage, signed.revision, signed.certificate);
  if (here === there) return;
  throw tampered(versionSubject(version), `it is ${here}, but by the signed standing of the model ${there}`);
}

function describe(stage: Stage, revision: number, certificate: Digest | null): string {
  return `"${stage}" at revision ${revision} with ${certificate === null ? "no certificate" : `certificate ${certificate}`}`;
}

/** The error for a standing that is not the one that was signed last. */
export function changedStanding(model: string, what: string): SluiceError {
  return new SluiceError("registry/tampered", {
    found: `the signed standing of the model "${model}" was changed in the store: ${what}`,
    expected: "where its versions stand, as the registry signed it at the last transition",
    fix: "Do not use the model. Restore the store from a backup, and find out who changed it.",
  });
}
