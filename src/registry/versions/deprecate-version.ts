import type { AuditRecord } from "../../contracts/audit-log.ts";
import type { Deprecation } from "../../contracts/gate.ts";
import { canonicalJson, type JsonValue } from "../../core/canonical-json.ts";
import { SluiceError } from "../../core/errors.ts";
import { jsonOf } from "../../core/json-of.ts";
import type { RegistryOptions } from "../registry-options.ts";
import type { RegistryTables } from "../tables.ts";
import { amendStanding } from "./amend-standing.ts";
import type { Standing } from "./standing.ts";
import { requireInLog } from "./standing-in-log.ts";
import { requireRequest, type TransitionRequest } from "./transition-request.ts";
import { requireVersionKey, type VersionKey, versionSubject } from "./version-key.ts";
import { readVersion, tampered } from "./version-table.ts";

/** Why a version should be used no longer. */
export interface DeprecationRequest extends TransitionRequest {
  /** The version of the same model to use in its place. @default none */
  readonly replacedBy?: number;
  /** The instant from which loading refuses it: a date, or epoch milliseconds. @default never: loading only warns */
  readonly until?: Date | number;
}

const deprecatedKind = "version.deprecated";
const reinstatedKind = "version.reinstated";

/**
 * Deprecates a version: loading warns (and refuses from `until` on), no transition but archiving is open to it. Again: the later word counts.
 * Errors: `registry/not-found` (the version, or the one in its place), `argument/invalid`, `registry/conflict`.
 */
export async function deprecateVersion(
  options: RegistryOptions,
  key: VersionKey,
  request: DeprecationRequest,
): Promise<Deprecation> {
  requireVersionKey(key);
  requireRequest(versionSubject(key), request);
  const { actor, reason, replacedBy } = request;
  const sql = options.metadata.sql.withTables<RegistryTables>();
  const { version } = await readVersion(sql, key, options.verifier);
  if (replacedBy !== undefined) await readVersion(sql, { name: key.name, version: replacedBy }, options.verifier);
  if (replacedBy === version.version) throw invalid(key, `version ${replacedBy} in its own place`, "another version");
  const untilMs = instantOf(key, request.until);
  let said: Deprecation | undefined;
  await amendStanding(options, key.name, (standing, atMs) => {
    const deprecation: Deprecation = { reason, replacedBy: replacedBy ?? null, untilMs, actor, atMs };
    said = deprecation;
    return {
      remarks: { deprecated: [...others(standing, key), { version: key.version, ...deprecation }] },
      event: { kind: deprecatedKind, subject: versionSubject(key), actor, body: bodyOf(deprecation) },
    };
  });
  if (said === undefined) throw invalid(key, "no deprecation", "one");
  options.events.emit("version.deprecated", { model: key.name, version: key.version, reason });
  return said;
}

/** Takes a deprecation back. Errors: `registry/not-found` where there is none. */
export async function reinstateVersion(
  options: RegistryOptions,
  key: VersionKey,
  request: TransitionRequest,
): Promise<void> {
  requireVersionKey(key);
  requireRequest(versionSubject(key), request);
  const { actor, reason } = request;
  await amendStanding(options, key.name, (standing) => {
    if (!(standing.deprecated ?? []).some(({ version }) => version === key.version))
      throw new SluiceError("registry/not-found", {
        found: `no deprecation of ${versionSubject(key)}`,
        expected: "a deprecated version",
        fix: "Look at deprecation(version) first.",
      });
    return {
      remarks: { deprecated: others(standing, key) },
      event: { kind: reinstatedKind, subject: versionSubject(key), actor, body: { reason } },
    };
  });
}

/** A version's deprecation as it was signed, if the log says the same; `undefined` = it has none. Errors: `registry/tampered`. */
export async function deprecationOf(
  options: RegistryOptions,
  standing: Standing,
  key: VersionKey,
): Promise<Deprecation | undefined> {
  const subject = versionSubject(key);
  const events = await options.ledger.audit.read({ subject });
  const deprecation = loggedDeprecation(standing, key, events);
  await requireInLog(options.ledger.audit, standing, subject, events);
  return deprecation;
}

/** {@link deprecationOf} by the events about the version that were read already. Errors: `registry/tampered`. */
export function loggedDeprecation(
  standing: Standing,
  key: VersionKey,
  events: readonly AuditRecord[],
): Deprecation | undefined {
  const deprecation = signedDeprecation(standing, key);
  const newest = events.filter(({ kind }) => kind === deprecatedKind || kind === reinstatedKind).at(-1);
  const logged = newest === undefined || newest.kind === reinstatedKind ? null : newest.body;
  const said = deprecation === undefined ? null : bodyOf(deprecation);
  if (canonicalJson(logged) === canonicalJson(said)) return deprecation;
  throw tampered(versionSubject(key), differing(newest));
}

function signedDeprecation(standing: Standing, key: VersionKey): Deprecation | undefined {
  const signed = (standing.deprecated ?? []).find(({ version }) => version === key.version);
  if (signed === undefined) return undefined;
  const { version: _version, ...deprecation } = signed;
  return deprecation;
}

function differing(newest: AuditRecord | undefined): string {
  return newest === undefined
    ? "it is deprecated by the signed standing, but no audit record says so"
    : `its deprecation is another by audit record ${newest.index} ("${newest.kind}") than by the signed standing`;
}

function others(standing: Standing, key: VersionKey): NonNullable<Standing["deprecated"]> {
  return (standing.deprecated ?? []).filter(({ version }) => version !== key.version);
}

function bodyOf(deprecation: Deprecation): JsonValue {
  return jsonOf(deprecation);
}

function instantOf(key: VersionKey, until: Date | number | undefined): number | null {
  if (until === undefined) return null;
  const ms = until instanceof Date ? until.getTime() : until;
  if (Number.isFinite(ms) && ms > 0) return ms;
  throw invalid(key, `the instant ${String(until)}`, "a date, or epoch milliseconds");
}

function invalid(key: VersionKey, found: string, expected: string): SluiceError {
  return new SluiceError("argument/invalid", {
    found: `${found} in a deprecation of ${versionSubject(key)}`,
    expected,
    fix: "Leave it out, or correct it.",
  });
}
