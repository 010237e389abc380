import { SluiceError } from "../../core/errors.ts";
import { storedCertificate } from "../certificates/certificate-table.ts";
import { verifiedCertificate } from "../loading/verified-record.ts";
import type { RegistryOptions } from "../registry-options.ts";
import type { RegistryTables } from "../tables.ts";
import { versionSubject } from "../versions/version-key.ts";
import { readVersion, type StoredVersion } from "../versions/version-table.ts";

/**
 * Refuses the way on for a candidate that stands there by an emergency: what passed closed gates for a while would stay. Archiving it, or another
 * emergency, is open. Errors: `registry/invalid-transition`.
 */
export async function requireConfirmed(
  options: RegistryOptions,
  { version, certificate }: StoredVersion,
  asked: { readonly to: string; readonly breakGlass?: unknown },
): Promise<void> {
  if (version.stage !== "candidate" || asked.to !== "production" || certificate === null) return;
  if (asked.breakGlass !== undefined) return;
  const subject = versionSubject(version);
  const sql = options.metadata.sql.withTables<RegistryTables>();
  const { body } = await storedCertificate(sql, certificate, subject);
  if (body.breakGlass === undefined) return;
  throw new SluiceError("registry/invalid-transition", {
    found: `a promotion to "production" of ${subject}, which is "candidate" by break-glass`,
    expected: "a candidate that its gates have confirmed",
    fix: 'Confirm it first: promote(version, "candidate", …).',
  });
}

/**
 * Where a version stands at the target already, but by an emergency that passed closed gates: the version it replaced in production (`null` =
 * none), against which it is judged after the fact. `undefined` for every other transition.
 */
export async function emergencyBehind(
  options: RegistryOptions,
  subject: StoredVersion,
  target: string,
): Promise<{ readonly replaced: StoredVersion | null } | undefined> {
  const { stage, name } = subject.version;
  if (target !== stage || (stage !== "candidate" && stage !== "production")) return undefined;
  const { body } = await verifiedCertificate(options, subject);
  if (body.breakGlass === undefined) return undefined;
  if (body.champion === null) return { replaced: null };
  const sql = options.metadata.sql.withTables<RegistryTables>();
  return { replaced: await readVersion(sql, { name, version: body.champion.version }, options.verifier) };
}
