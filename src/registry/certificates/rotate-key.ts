import type { Signer } from "../../contracts/signer.ts";
import { SluiceError } from "../../core/errors.ts";
import { jsonOf } from "../../core/json-of.ts";
import { requireMade } from "../../core/known-arguments.ts";
import { type SignedText, signatureHolds, signRecord } from "../../ledger/signed-record.ts";
import type { RegistryOptions } from "../registry-options.ts";
import type { RegistryTables } from "../tables.ts";
import { readStanding, type Standing, writeStanding } from "../versions/standing.ts";
import { logAfter } from "../versions/standing-in-log.ts";
import { requireRequest } from "../versions/transition-request.ts";
import { modelLock } from "../versions/version-key.ts";
import { readCounters } from "../versions/model-row.ts";
import { keySubject, rotationOf } from "./key-end.ts";

/** How a key is replaced. */
export interface KeyRotation {
  /** Signs from now on. The verifier must pin its public key already. */
  readonly to: Signer;
  readonly actor: string;
  readonly reason: string;
}

/** What a rotation did. */
export interface RotatedKey {
  readonly from: string;
  readonly to: string;
  /** Models whose standing was signed again. */
  readonly models: number;
  /** The audit record of the rotation. */
  readonly index: number;
}

/** What both keys sign. */
interface RotationStatement {
  readonly kind: "key-rotation";
  readonly schema: 1;
  readonly from: string;
  readonly to: string;
  readonly actor: string;
  readonly reason: string;
  readonly atMs: number;
}

const signerMade = {
  what: "a signer",
  by: "keyFileSigner({ path }) makes one",
  members: { keyId: "text", sign: "function" },
} as const;

/**
 * Replaces the registry's key: the present one signs that the other follows it, the other one too (so it is there), and that goes into the audit log; then
 * where every model stands is signed again. Both keys stay pinned; then the host signs with the new one, and gives the old one its end in the verifier.
 * To call it again, after a crash or where an old process still signed, does what is left. Errors: `signer/invalid-key`, `registry/tampered`, `argument/invalid`.
 */
export async function rotateKey(options: RegistryOptions, rotation: KeyRotation): Promise<RotatedKey> {
  const { to } = rotation;
  requireMade("registry.rotateKey()", to, signerMade);
  const from = options.signer.keyId;
  requireAnother(from, rotation);
  const statement: RotationStatement = {
    kind: "key-rotation",
    schema: 1,
    from,
    to: to.keyId,
    actor: rotation.actor,
    reason: rotation.reason,
    atMs: options.clock.nowMs(),
  };
  const [old, next] = [await signRecord(options.signer, statement), await signRecord(to, statement)];
  for (const signed of [old, next]) await requirePinned(options, signed);
  const index = await record(options, rotation, statement, old, next);
  const models = await signStandings(options, to);
  return { from, to: to.keyId, models, index };
}

function requireAnother(from: string, rotation: KeyRotation): void {
  const { to } = rotation;
  requireRequest("a key's rotation", rotation);
  if (to.keyId !== from) return;
  throw new SluiceError("argument/invalid", {
    found: `a rotation of key ${from} to itself`,
    expected: "another key",
    fix: "Pass a signer with a new key as `to`.",
  });
}

async function requirePinned({ verifier }: RegistryOptions, signed: SignedText): Promise<void> {
  if (await signatureHolds(verifier, signed)) return;
  throw new SluiceError("signer/invalid-key", {
    found: `key ${signed.key_id}, whose signature the verifier does not take`,
    expected: "both keys pinned while one follows the other",
    fix: "Open the workspace with the old signer, and a verifier that pins the old and the new public key.",
  });
}

async function record(
  options: RegistryOptions,
  { actor }: KeyRotation,
  statement: RotationStatement,
  old: SignedText,
  next: SignedText,
): Promise<number> {
  const { audit } = options.ledger;
  const before = await rotationOf(options, statement.from);
  if (before !== undefined) return before.index;
  const { from, to } = statement;
  const signatures = { [from]: old.signature, [to]: next.signature };
  const body = jsonOf({ from, to, reason: statement.reason, statement: old.body, signatures });
  return await options.metadata.write(async (tx) => {
    const { index } = await audit.append(tx, { kind: "key.rotated", subject: keySubject(from), actor, body });
    return index;
  });
}

/** Signs again where every model stands that another key has signed; answers how many. `check` may refuse one; `"look"` only checks. */
export async function signStandings(
  options: RegistryOptions,
  to: Signer,
  check: (standing: Standing) => Promise<void> = async () => undefined,
  mode: "sign" | "look" = "sign",
): Promise<number> {
  const rows = await options.metadata.sql
    .withTables<RegistryTables>()
    .selectFrom("registry_standing")
    .select("model")
    .where("key_id", "!=", to.keyId)
    .orderBy("model")
    .execute();
  for (const { model } of rows) while (!(await signStanding(options, to, model, check, mode)));
  return rows.length;
}

/** False where a transition came between: it is to be read again. */
async function signStanding(
  options: RegistryOptions,
  to: Signer,
  model: string,
  check: (standing: Standing) => Promise<void>,
  mode: "sign" | "look",
): Promise<boolean> {
  const standing = await readStanding(options.metadata.sql.withTables<RegistryTables>(), model, options.verifier);
  await check(standing);
  if (mode === "look") return true;
  const log = await logAfter(options.ledger.audit, standing);
  const signed = await signRecord(to, { ...standing, log });
  return await options.metadata.write(async (tx) => {
    await tx.lock(modelLock(model));
    const sql = tx.sql.withTables<RegistryTables>();
    if ((await readCounters(sql, model)).revision !== standing.revision) return false;
    await writeStanding(tx, model, signed);
    return true;
  });
}
