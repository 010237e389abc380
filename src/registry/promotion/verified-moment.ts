import type { AuditHead, AuditRecord } from "../../contracts/audit-log.ts";
import { presentChampion } from "../loading/present-champion.ts";
import { requireRegisteredInTime } from "../loading/verified-record.ts";
import type { RegistryOptions } from "../registry-options.ts";
import type { RegistryTables } from "../tables.ts";
import { type Standing, verifiedStanding } from "../versions/standing.ts";
import { blockOf, type BlockTexts, blockTexts, productionOf, requireStanding } from "../versions/standing-blocks.ts";
import { logAfter, requireRegistered, requireTold, requireUntold } from "../versions/standing-in-log.ts";
import { versionSubject } from "../versions/version-key.ts";
import { type StoredVersion, verifiedVersion } from "../versions/version-table.ts";
import type { SubjectMoment } from "./subject-moment.ts";

/** What stands around a version, verified against what was signed and what the log tells. */
export interface VerifiedMoment {
  /** The version that holds production now: a confirmation has the one before it in its evidence. */
  readonly champion: StoredVersion | null;
  /** Where the model's versions stand: the transition signs what follows it. */
  readonly standing: Standing;
  /** The texts of its blocks that the version and the champion belong to. */
  readonly blocks: BlockTexts;
  /** What the audit log was, once the standing was read: the standing that follows names it. */
  readonly log: AuditHead;
  /** The audit events about the version, oldest first. */
  readonly events: readonly AuditRecord[];
  /** The instant it is judged at: the clock's, never before the registry's last act. */
  readonly nowMs: number;
}

/** Verifies what was read around a version. Errors: `registry/tampered`, `audit/broken`, `certificate/unknown-key`, `certificate/revoked-key`. */
export async function verifiedMoment(
  options: RegistryOptions,
  model: string,
  moment: SubjectMoment,
): Promise<VerifiedMoment> {
  const { ledger, verifier } = options;
  const { subject } = moment;
  const events = await eventsOf(options, subject);
  const standing = await verifiedStanding(moment.standing, model, moment.revision, verifier);
  const log = await logAfter(ledger.audit, standing);
  const champion = await championOf(options, model, moment, standing);
  const blocks = await standingBlocks(options, standing, moment, champion);
  requireStanding(standing, subject, blocks);
  await requireRegisteredInTime(options, subject, events);
  requireRegistered(subject, events);
  requireTold(standing, subject, events);
  if (standing.revision === 0) await requireUntold(ledger.audit, model, moment.versions);
  if (champion !== null) {
    requireStanding(standing, champion, blocks);
    await requireRegisteredInTime(options, champion);
    requireTold(standing, champion, await eventsOf(options, champion));
  }
  // The counters are not signed: what the log tells of the version did not happen later than now either.
  const nowMs = Math.max(options.clock.nowMs(), moment.lastMs, ...events.map(({ timeMs }) => timeMs));
  return { champion, standing, blocks, log, events, nowMs };
}

async function eventsOf({ ledger }: RegistryOptions, { version }: StoredVersion): Promise<readonly AuditRecord[]> {
  return await ledger.audit.read({ subject: versionSubject(version) });
}

async function standingBlocks(
  { metadata }: RegistryOptions,
  standing: Standing,
  { subject, block }: SubjectMoment,
  champion: StoredVersion | null,
): Promise<BlockTexts> {
  const { version } = subject.version;
  const known: BlockTexts = new Map(block === null ? [] : [[blockOf(version), block]]);
  const versions = champion === null ? [version] : [version, champion.version.version];
  return await blockTexts(metadata.sql.withTables<RegistryTables>(), standing, versions, known);
}

/** The version in production. Where the moment does not say plainly which, it is looked at more closely. Errors: `registry/tampered`. */
async function championOf(
  options: RegistryOptions,
  model: string,
  { champion, championRow, inProduction: [first, last] }: SubjectMoment,
  standing: Standing,
): Promise<StoredVersion | null> {
  if (champion === first && first === last) {
    if (championRow?.stage === "production") return await verifiedVersion(championRow, options.verifier);
    if (champion === null && productionOf(standing) === null) return null;
  }
  return await presentChampion(options, model, standing);
}
