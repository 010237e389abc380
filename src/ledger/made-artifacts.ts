import type { AuditRecord } from "../contracts/audit-log.ts";
import type { Ledger } from "../contracts/ledger.ts";
import type { MetadataTransaction } from "../contracts/metadata-store.ts";
import type { RunRef } from "../contracts/run.ts";
import type { Signer } from "../contracts/signer.ts";
import { canonicalJson } from "../core/canonical-json.ts";
import { type Digest, isDigest } from "../core/digest.ts";
import { isRecord, membersOf } from "../core/is-record.ts";
import { jsonOf } from "../core/json-of.ts";
import { pipelineMember } from "./present-pipeline.ts";
import { type SignedText, signRecord } from "./signed-record.ts";

/** What a run signs while it runs: that it made an artifact, and from what. */
export interface MadeStatement {
  readonly kind: "made-artifact";
  readonly schema: 1;
  readonly artifact: Digest;
  readonly run: RunRef;
}

/** An artifact with what its run has signed about it. */
export interface MadeArtifact {
  readonly artifact: Digest;
  readonly signed: SignedText;
}

/** The kind of the event that a run made an artifact. */
export const madeKind = "run.made";

/** The kind of the lineage edge from a run to an artifact that it recorded as its own while it ran. */
export const madeEdge = "made";

/** What the audit log calls an artifact. */
export function artifactSubject(artifact: Digest): `artifact:${Digest}` {
  return `artifact:${artifact}`;
}

/** Signs that a run made an artifact. The signer may be a network call: never inside a transaction. */
export async function signMade(signer: Signer, run: RunRef, artifact: Digest): Promise<MadeArtifact> {
  const statement: MadeStatement = { kind: "made-artifact", schema: 1, artifact, run };
  return { artifact, signed: await signRecord(signer, statement) };
}

/** Writes lineage and audit events of what a run made, in its own transaction. Takes the lock of the audit log: nothing else after it. */
export async function recordMade(
  tx: MetadataTransaction,
  { lineage, audit }: Pick<Ledger, "lineage" | "audit">,
  run: RunRef,
  made: readonly MadeArtifact[],
): Promise<void> {
  if (made.length === 0) return;
  const edges = made.map(
    ({ artifact }) =>
      ({ from: `run:${run.id}`, to: artifactSubject(artifact), kind: madeEdge, asserted: false }) as const,
  );
  await lineage.record(tx, edges);
  for (const { artifact, signed } of made) {
    await audit.append(tx, {
      kind: madeKind,
      subject: artifactSubject(artifact),
      actor: run.startedBy?.at(-1)?.names[0] ?? "system",
      body: {
        run: run.id,
        experiment: run.experiment,
        statement: signed.body,
        key: signed.key_id,
        signature: signed.signature,
        ...pipelineMember(),
      },
    });
  }
}

/** The signed text of an event that a run made an artifact; undefined where it holds none. */
export function signedMade({ body }: AuditRecord): SignedText | undefined {
  const { statement, key, signature } = membersOf(body);
  if (typeof statement !== "string" || typeof key !== "string" || typeof signature !== "string") return undefined;
  return { body: statement, key_id: key, signature };
}

/** What a run signed, once its signature holds; undefined where it is a statement of another kind. */
export function decodeMade(text: string): MadeStatement | undefined {
  const value: unknown = JSON.parse(text);
  return isMade(value) ? value : undefined;
}

function isMade(value: unknown): value is MadeStatement {
  if (!isRecord(value)) return false;
  const { kind, schema, artifact, run } = value;
  return (
    kind === "made-artifact" && schema === 1 && typeof artifact === "string" && isDigest(artifact) && isRecord(run)
  );
}

/** Whether two runs are the same, made from the same code and training set. Who started them may be known of one alone. */
export function sameRun(one: RunRef, other: RunRef): boolean {
  return madeFromText(one) === madeFromText(other);
}

function madeFromText({ id, experiment, codeDigest, training }: RunRef): string {
  return canonicalJson(jsonOf({ id, experiment, codeDigest, training }));
}
