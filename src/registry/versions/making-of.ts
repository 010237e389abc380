import type { AuditRecord } from "../../contracts/audit-log.ts";
import type { ModelVersion } from "../../contracts/model-version.ts";
import type { RunRef } from "../../contracts/run.ts";
import type { Starter } from "../../contracts/starter.ts";
import type { Digest } from "../../core/digest.ts";
import { SluiceError } from "../../core/errors.ts";
import {
  artifactSubject,
  decodeMade,
  madeEdge,
  madeKind,
  type MadeStatement,
  sameRun,
  signedMade,
} from "../../ledger/made-artifacts.ts";
import { signatureHolds } from "../../ledger/signed-record.ts";
import { unknownKey } from "../../ledger/unknown-key.ts";
import { requireSignedInTime } from "../certificates/key-end.ts";
import type { RegistryOptions } from "../registry-options.ts";

/** How it is known that a run made an artifact, and who else made these bytes. */
export interface Making {
  readonly made: NonNullable<ModelVersion["made"]>;
  /** Who started runs that recorded this artifact, besides those who are known to have started the version's own. */
  readonly startedBy: readonly Starter[];
}

/**
 * Whether a run recorded an artifact as its own while it ran. Where no run did, it is only asserted: a model that was trained elsewhere. Errors:
 * `registry/evidence-mismatch` (other runs made it, or the run made something else), `registry/tampered`, `certificate/unknown-key`, `certificate/revoked-key`.
 */
export async function makingOf(options: RegistryOptions, run: RunRef, artifact: Digest): Promise<Making> {
  const records = await options.ledger.audit.read({ subject: artifactSubject(artifact), kind: madeKind });
  const made = await Promise.all(records.map(async (record) => await verifiedMade(options, artifact, record)));
  const statements = made.map(({ statement }) => statement);
  const known = new Set((run.startedBy ?? []).flatMap(({ names }) => names));
  const startedBy = statements
    .flatMap((statement) => statement.run.startedBy ?? [])
    .filter(({ names }) => !names.every((name) => known.has(name)));
  const own = made.find(({ statement }) => statement.run.id === run.id);
  if (own !== undefined) {
    // What other runs have signed opens nothing: of them it does not matter when their keys ended.
    await requireSignedInTime(options, own.keyId, whatOf(own.record, artifact), own.record);
    if (!sameRun(own.statement.run, run))
      throw tampered(`run ${run.id} with other code or training data than it has signed`);
    return { made: "recorded", startedBy };
  }
  if (statements.length > 0)
    throw madeByOther(artifact, run, `made by run ${statements.map((statement) => statement.run.id).join(", ")}`);
  const others = await madeOf(options, run, artifact);
  if (others.length > 0) throw madeByOther(artifact, run, `while that run made ${others.join(", ")}`);
  return { made: "asserted", startedBy };
}

interface VerifiedMade {
  readonly statement: MadeStatement;
  readonly record: AuditRecord;
  readonly keyId: string;
}

/** What a run has signed about an artifact. */
async function verifiedMade(
  { verifier }: RegistryOptions,
  artifact: Digest,
  record: AuditRecord,
): Promise<VerifiedMade> {
  const what = whatOf(record, artifact);
  const signed = signedMade(record);
  if (signed === undefined) throw tampered(`${what} without a signature`);
  const { key_id: keyId, body } = signed;
  if (!(await signatureHolds(verifier, signed)))
    throw unknownKey(verifier, keyId, what) ?? tampered(`${what} without the signature of a pinned key`);
  const statement = decodeMade(body);
  if (statement?.artifact !== artifact) throw tampered(`${what} with a signature for something else`);
  return { statement, record, keyId };
}

function whatOf({ index }: AuditRecord, artifact: Digest): string {
  return `audit record ${index}, that a run made ${artifact},`;
}

/** The other artifacts that a run recorded. Nobody signs these rows: they only refuse, they open nothing. */
async function madeOf({ ledger }: RegistryOptions, { id }: RunRef, artifact: Digest): Promise<readonly string[]> {
  const { children } = await ledger.lineage.downstream(`run:${id}`);
  const made = children.filter(({ via, asserted }) => via === madeEdge && !asserted).map(({ node }) => node);
  return made.filter((node) => node !== artifactSubject(artifact)).sort();
}

function madeByOther(artifact: Digest, run: RunRef, found: string): SluiceError {
  return new SluiceError("registry/evidence-mismatch", {
    found: `the artifact ${artifact} as made by run ${run.id}, ${found}`,
    expected: "the run that made the model",
    fix: "Pass the run that trained it. A model that the run's body does not return is recorded by `await run.model(model)` inside the body.",
  });
}

function tampered(found: string): SluiceError {
  return new SluiceError("registry/tampered", {
    found,
    expected: "what the run signed while it ran",
    fix: "Run verifyAudit(), find out who changed it, and train again.",
  });
}
