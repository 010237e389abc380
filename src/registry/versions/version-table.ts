import type { ModelVersion, Stage, VersionKind } from "../../contracts/model-version.ts";
import type { Verifier } from "../../contracts/signer.ts";
import { type Digest, isDigest } from "../../core/digest.ts";
import { SluiceError } from "../../core/errors.ts";
import { compiledStatement } from "../../ledger/compiled-statement.ts";
import { printedRun } from "../../ledger/run-text.ts";
import { signatureHolds } from "../../ledger/signed-record.ts";
import { unknownKey } from "../../ledger/unknown-key.ts";
import type { RegistrySql, RegistryTables } from "../tables.ts";
import { requireVersionKey, type VersionKey, versionNotFound, versionSubject } from "./version-key.ts";
import { printedVersion } from "./version-text.ts";

/** The signed part of a version: all of it but stage and revision. */
export type VersionBody = { readonly kind: `${VersionKind}-version`; readonly schema: 1 } & Omit<
  ModelVersion,
  "kind" | "stage" | "revision"
>;

/** A stored version whose signature holds. */
export interface StoredVersion {
  readonly version: ModelVersion;
  /** The certificate of its last promotion; `null` before the first. */
  readonly certificate: Digest | null;
  /** The signed text, for comparing. */
  readonly body: string;
  /** Who signed it. */
  readonly keyId: string;
}

const stages: readonly Stage[] = ["registered", "staging", "candidate", "production", "archived"];

/** Whether a text is a {@link Stage}. */
export function isStage(text: string): text is Stage {
  return stages.some((stage) => stage === text);
}

const selectVersion = compiledStatement((sql: RegistrySql, model: string, version: number) =>
  sql.selectFrom("registry_version").selectAll().where("model", "=", model).where("version", "=", version),
);

const selectVersions = compiledStatement((sql: RegistrySql, model: string) =>
  sql.selectFrom("registry_version").selectAll().where("model", "=", model).orderBy("version"),
);

const selectInStage = compiledStatement((sql: RegistrySql, model: string, stage: string) =>
  sql
    .selectFrom("registry_version")
    .selectAll()
    .where("model", "=", model)
    .where("stage", "=", stage)
    .orderBy("version"),
);

/** Reads a version and verifies its signed record. Errors: `registry/not-found`, `registry/tampered`. */
export async function readVersion(sql: RegistrySql, key: VersionKey, verifier: Verifier): Promise<StoredVersion> {
  requireVersionKey(key);
  const [row] = await selectVersion(sql, key.name, key.version);
  if (row === undefined) throw versionNotFound(key);
  return await verifiedVersion(row, verifier);
}

/** Every version of a model, or every one in a stage, oldest first, each verified. Errors: `registry/tampered`. */
export async function readVersions(
  sql: RegistrySql,
  model: string,
  verifier: Verifier,
  stage?: Stage,
): Promise<readonly StoredVersion[]> {
  const rows = await (stage === undefined ? selectVersions(sql, model) : selectInStage(sql, model, stage));
  return await Promise.all(rows.map((row) => verifiedVersion(row, verifier)));
}

/** The versions that were registered with an evaluation, each verified. Errors: `registry/tampered`. */
export async function versionsOfEvaluation(
  sql: RegistrySql,
  model: string,
  evaluation: Digest,
  verifier: Verifier,
): Promise<readonly StoredVersion[]> {
  const rows = await sql
    .selectFrom("registry_version")
    .selectAll()
    .where("model", "=", model)
    .where("body", "like", `%"evaluationDigest":"${evaluation}"%`)
    .orderBy("version")
    .execute();
  return await Promise.all(rows.map((row) => verifiedVersion(row, verifier)));
}

/** A version's row, verified. Errors: `registry/tampered`, `certificate/unknown-key`. */
export async function verifiedVersion(
  row: RegistryTables["registry_version"],
  verifier: Verifier,
): Promise<StoredVersion> {
  const subject = versionSubject({ name: row.model, version: row.version });
  if (!(await signatureHolds(verifier, row)))
    throw (
      unknownKey(verifier, row.key_id, `the record of version ${subject}`) ??
      tampered(subject, "its record does not carry the signature of a pinned key")
    );
  const { kind, schema, ...body }: VersionBody = JSON.parse(row.body);
  const of = kinds.get(kind);
  if (of === undefined || schema !== 1 || body.name !== row.model || body.version !== row.version) {
    throw tampered(subject, `its signed record is that of ${kind} ${versionSubject(body)}`);
  }
  if (!isStage(row.stage)) throw tampered(subject, `its stage is "${row.stage}"`);
  if (row.certificate !== null && !isDigest(row.certificate)) throw tampered(subject, "its certificate is no digest");
  for (const [column, found, signed] of [
    ["kind", row.kind, of],
    ["author", row.author, body.author],
    ["registered_ms", row.registered_ms, body.registeredAtMs],
  ] as const)
    if (found !== null && found !== signed)
      throw tampered(subject, `its column ${column} is ${found}, its record says ${signed}`);
  return {
    version: printedVersion({
      ...body,
      run: printedRun(body.run),
      ...(of === "model" ? {} : { kind: of }),
      stage: row.stage,
      revision: row.revision,
    }),
    certificate: row.certificate,
    body: row.body,
    keyId: row.key_id,
  };
}

/** What a version is, by the kind of its signed record. */
const kinds: ReadonlyMap<string, VersionKind> = new Map([
  ["model-version", "model"],
  ["prompt-version", "prompt"],
  ["config-version", "config"],
]);

/** The error for a version's row that was edited. */
export function tampered(subject: string, what: string): SluiceError {
  return new SluiceError("registry/tampered", {
    found: `the version ${subject} was changed in the store: ${what}`,
    expected: "the record as the registry signed it",
    fix: "Do not use this version. Restore the store from a backup, and find out who changed it.",
  });
}
