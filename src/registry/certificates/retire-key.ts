import { SluiceError } from "../../core/errors.ts";
import { jsonOf } from "../../core/json-of.ts";
import { membersOf } from "../../core/is-record.ts";
import { retiredKind, retirementText } from "../../ledger/retired-keys.ts";
import { signRecord } from "../../ledger/signed-record.ts";
import { emergencyActor } from "../approvals/emergency-actor.ts";
import type { KnownPerson } from "../approvals/known-person.ts";
import type { RegistryOptions } from "../registry-options.ts";
import type { RegistryTables } from "../tables.ts";
import type { Standing } from "../versions/standing.ts";
import { everyStanding } from "../versions/standing-blocks.ts";
import { requireRequest, type TransitionRequest } from "../versions/transition-request.ts";
import { versionSubject } from "../versions/version-key.ts";
import { afterEnd, keySubject } from "./key-end.ts";
import { type RotatedKey, signStandings } from "./rotate-key.ts";

/** Whose key is lost, since when, and who says so. */
export interface KeyRetirement extends TransitionRequest {
  /** The id of the key that cannot sign any more. Its public key stays pinned: what it signed before still counts. */
  readonly key: string;
  /** The last instant at which it was surely where it belonged, epoch milliseconds; not in the future. */
  readonly asOfMs: number;
  /** In which role: one of the policy's `breakGlass.roles`. */
  readonly role: string;
  /** The actor's token: needed where the registry has an identity verifier. */
  readonly token?: string;
}

/**
 * Puts the registry's present key in the place of one that is lost, and so cannot sign who follows it. It takes somebody whom the policy names for emergencies; the present
 * key signs that they said so, and it is on record: each `verifyAudit()` warns of it from then on. Then where every model stands is signed again, unless it rests on
 * something that the lost key signed later than `asOfMs`. To call it again, after a crash, does what is left.
 *
 * Errors: `registry/approval-refused` (on record), `signer/invalid-key` (a key that is not pinned, or has ended), `certificate/revoked-key`, `registry/tampered`,
 * `argument/invalid`.
 */
export async function retireKey(options: RegistryOptions, asked: KeyRetirement): Promise<RotatedKey> {
  const nowMs = options.clock.nowMs();
  requireAsked(options, asked, nowMs);
  requireKeys(options, asked.key);
  const before = await retirementOnRecord(options, asked.key);
  const check = (standing: Standing): Promise<void> => requireInTime(options, asked, standing);
  const { keyId: to } = options.signer;
  if (before !== undefined)
    return { from: asked.key, to, models: await signStandings(options, options.signer, check), index: before };
  const person = await permittedPerson(options, asked);
  // What cannot be signed again is found before anything is on record.
  await signStandings(options, options.signer, check, "look");
  const index = await record(options, asked, person, nowMs);
  return { from: asked.key, to, models: await signStandings(options, options.signer, check), index };
}

function requireAsked({ signer }: RegistryOptions, asked: KeyRetirement, nowMs: number): void {
  requireRequest("the retirement of a key", asked);
  const { key, asOfMs }: { readonly key: unknown; readonly asOfMs: unknown } = asked;
  const isKey = typeof key === "string" && key !== "" && key !== signer.keyId;
  if (isKey && typeof asOfMs === "number" && Number.isFinite(asOfMs) && asOfMs <= nowMs) return;
  throw new SluiceError("argument/invalid", {
    found: `the retirement of key ${String(key)} as of ${String(asOfMs)}, asked for with key ${signer.keyId}`,
    expected:
      "the id of another key than the one that signs, and an instant in epoch milliseconds that is not in the future",
    fix: "Open the workspace with a new signer, and name the key that is lost and the last instant at which it was surely yours.",
  });
}

/** The key that follows must be one that the host has pinned: who can only write the store has none. */
function requireKeys({ signer, verifier }: RegistryOptions, key: string): void {
  const known = verifier.keyIds?.();
  const missing = [key, signer.keyId].find((one) => known !== undefined && !known.includes(one));
  if (missing === undefined && verifier.endsAtMs?.(signer.keyId) === undefined) return;
  throw new SluiceError("signer/invalid-key", {
    found:
      missing === undefined
        ? `key ${signer.keyId}, which has ended`
        : `key ${missing}, which the verifier does not pin`,
    expected: "the lost key and the one that follows it pinned, and no end of the latter",
    fix: "Pin both public keys in `verifier`; give the lost one its end once it is retired.",
  });
}

async function permittedPerson(
  options: RegistryOptions,
  asked: KeyRetirement,
): Promise<KnownPerson & { readonly known: true }> {
  const { key, actor, role, token, reason } = asked;
  const stated = { name: actor, role, ...(token === undefined ? {} : { token }) };
  const person = await emergencyActor(options, stated, `retire ${keySubject(key)}`);
  const roles = options.policy?.breakGlass?.roles;
  const problem = !person.known
    ? person.reason
    : roles === undefined
      ? "the policy names nobody for emergencies (`breakGlass`)"
      : roles.includes(role)
        ? undefined
        : `the role "${role}" is none of ${roles.join(", ")}`;
  if (person.known && problem === undefined) return person;
  await options.metadata.write(async (tx) => {
    const body = { reason: problem ?? "", asked: reason };
    const event = { kind: "key.retirement-refused", subject: keySubject(key), actor: person.name, body };
    await options.ledger.audit.append(tx, event);
  });
  throw new SluiceError("registry/approval-refused", {
    found: `the retirement of key ${key}: ${problem ?? ""}`,
    expected:
      "somebody in a role that the policy names for emergencies, verified where the registry verifies identities",
    fix: "Ask somebody whom `breakGlass.roles` of the policy names, with a fresh token of theirs.",
  });
}

/** Refuses to sign again what was decided after the key was lost, or what the log does not have: the lost key may have been found by somebody. */
async function requireInTime(
  { ledger, metadata }: RegistryOptions,
  { key, asOfMs }: KeyRetirement,
  standing: Standing,
): Promise<void> {
  const { model } = standing;
  const about = (await ledger.audit.read()).filter(
    ({ kind, subject }) => decisions.test(kind) && (subject === model || subject.startsWith(`${model}@`)),
  );
  const late = about.find(({ timeMs }) => timeMs > asOfMs);
  if (late !== undefined) throw afterEnd(key, asOfMs, `${late.kind} of ${late.subject}, audit event ${late.index}`);
  const known = new Set(about.map(({ body }) => membersOf(body)["certificate"]));
  const versions = await everyStanding(metadata.sql.withTables<RegistryTables>(), standing);
  const unknown = versions.find(({ certificate }) => !known.has(certificate));
  if (unknown !== undefined)
    throw afterEnd(key, asOfMs, `where ${versionSubject({ name: model, version: unknown.version })} stands`);
}

/** What the standing of a model is signed for. */
const decisions =
  /^(?:version\.(?:promoted|archived|deprecated|reinstated)|alias\.(?:moved|removed)|card\.written|approval\.revoked)$/;

/** The event of an earlier call; undefined where there is none. Errors: `registry/tampered` for one that no pinned key has signed. */
async function retirementOnRecord({ ledger, verifier }: RegistryOptions, key: string): Promise<number | undefined> {
  const found = (await ledger.audit.read({ subject: keySubject(key) })).find(({ kind }) => kind === retiredKind);
  if (found === undefined || (await retirementText(verifier, found)) !== undefined) return found?.index;
  throw new SluiceError("registry/tampered", {
    found: `audit event ${found.index}, which retires key ${key}, and which no pinned key has signed`,
    expected: "a retirement as retireKey() records it",
    fix: "Run verifyAudit() and compare with a backup: the store was edited.",
  });
}

async function record(
  options: RegistryOptions,
  { key, asOfMs, role, reason }: KeyRetirement,
  { name: actor, identity }: KnownPerson & { readonly known: true },
  atMs: number,
): Promise<number> {
  const by = options.signer.keyId;
  const told = { key, by, asOfMs, role, reason, ...(identity === undefined ? {} : { identity: { ...identity } }) };
  const signed = await signRecord(options.signer, { kind: "key-retirement", schema: 1, ...told, actor, atMs });
  const body = jsonOf({ ...told, statement: signed.body, signature: signed.signature });
  return await options.metadata.write(async (tx) => {
    const event = { kind: retiredKind, subject: keySubject(key), actor, body };
    return (await options.ledger.audit.append(tx, event)).index;
  });
}
