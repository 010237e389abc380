import type { AuditRecord } from "../../contracts/audit-log.ts";
import { SluiceError } from "../../core/errors.ts";
import { retiredKind, rotatedKind, rotationHolds } from "../../ledger/retired-keys.ts";
import type { RegistryOptions } from "../registry-options.ts";

/** What the audit log calls a key. */
export function keySubject(keyId: string): string {
  return `key:${keyId}`;
}

/** When a key ended; undefined where it has no end. */
export function endOf({ verifier }: Pick<RegistryOptions, "verifier">, keyId: string): number | undefined {
  return verifier.endsAtMs?.(keyId);
}

/** The record of a key's rotation, which it has signed; nothing else that is on record under that subject, as a refused name. */
export async function rotationOf(
  { ledger, verifier }: Pick<RegistryOptions, "ledger" | "verifier">,
  keyId: string,
): Promise<AuditRecord | undefined> {
  for (const record of await ledger.audit.read({ subject: keySubject(keyId) }))
    if (record.kind === rotatedKind && (await rotationHolds(verifier, record))) return record;
  return undefined;
}

/** The first record that ended a key: by its own word or, where it was lost, by that of the key which follows. */
async function endRecordOf(options: RegistryOptions, keyId: string): Promise<AuditRecord | undefined> {
  const rotated = await rotationOf(options, keyId);
  const records = await options.ledger.audit.read({ subject: keySubject(keyId) });
  return records.find(({ kind, index }) => index === rotated?.index || kind === retiredKind);
}

/**
 * Refuses what a key signed that has ended, unless an intact record of the audit log tells of it from before: by its time, and by its place, before the
 * record of the key's own end. So a stolen key makes nothing new, whatever date it writes. Errors: `certificate/revoked-key`.
 */
export async function requireSignedInTime(
  options: RegistryOptions,
  keyId: string,
  what: string,
  record: AuditRecord | undefined,
): Promise<void> {
  const endMs = endOf(options, keyId);
  if (endMs === undefined) return;
  const ended = await endRecordOf(options, keyId);
  const inTime =
    record !== undefined &&
    record.timeMs < endMs &&
    record.index < (ended?.index ?? Number.POSITIVE_INFINITY) &&
    (await options.ledger.audit.intact(record.index));
  if (!inTime) throw afterEnd(keyId, endMs, what);
}

/** The error for something that was signed by a key after its end, or of which nothing says that it was before. */
export function afterEnd(keyId: string, endMs: number, what: string): SluiceError {
  return new SluiceError("certificate/revoked-key", {
    found: `${what}, signed by key ${keyId}, which ended at ${new Date(endMs).toISOString()}; the audit log does not have it from before`,
    expected: "what was signed before the end of its key, or by a key that has none",
    fix: "Do not use it. If it is yours: promote, approve or evaluate again with the present key; `rotateKey` signs again where models stand.",
  });
}
