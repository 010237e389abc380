import type { AuditHead, AuditLog, AuditRecord, AuditState } from "../../contracts/audit-log.ts";
import { digestOf } from "../../core/digest.ts";
import { SluiceError } from "../../core/errors.ts";
import { membersOf } from "../../core/is-record.ts";
import { changedStanding, type Standing } from "./standing.ts";
import { versionSubject } from "./version-key.ts";
import { type StoredVersion, tampered } from "./version-table.ts";

/** The events that a model's standing is signed anew for: one for each of its revisions. */
export const standingKinds: ReadonlySet<string> = new Set([
  "alias.moved",
  "alias.removed",
  "approval.revoked",
  "card.written",
  "version.deprecated",
  "version.promoted",
  "version.reinstated",
]);

/**
 * Refuses a standing of another log, or one that was put back: the log must lead over what it was when the standing was signed, and may have told one thing at most about
 * a version or an alias (its events, read after the standing) since. So a record that somebody adds to fit an earlier standing is one too many, however true it
 * looks. One that was signed by an earlier release says nothing of the log. Answers when the last record of the log was made, epoch milliseconds. Errors: `registry/tampered`.
 */
export async function requireInLog(
  audit: Pick<AuditLog, "state">,
  standing: Standing,
  subject: string,
  events: readonly AuditRecord[],
): Promise<number> {
  const { lastMs } = await stateAfter(audit, standing);
  requireToldOnce(standing, subject, events);
  return lastMs;
}

/**
 * What the log is, once the standing was read: the standing that follows names it. Errors: `registry/tampered` for a standing of another log; `audit/broken` for a log
 * without events, as there is none where a version was registered.
 */
export async function logAfter(audit: Pick<AuditLog, "state">, standing: Standing): Promise<AuditHead> {
  const { now } = await stateAfter(audit, standing);
  if (now !== undefined) return now;
  throw new SluiceError("audit/broken", {
    found: "an audit log without the registration of the version",
    expected: "the log that the version was registered in",
    fix: "Restore the store from a backup, and find out who emptied the log.",
  });
}

async function stateAfter(audit: Pick<AuditLog, "state">, { log, model }: Standing): Promise<AuditState> {
  const state = await audit.state(log);
  if (log === undefined || state.continues) return state;
  throw changedStanding(
    model,
    `it was signed over another audit log, of which ${log.events} events lead to ${log.hash}`,
  );
}

/** Refuses a standing since which more was told of a version or an alias than what it was signed for. Errors: `registry/tampered`. */
function requireToldOnce({ log, model, revision }: Standing, subject: string, events: readonly AuditRecord[]): void {
  if (log === undefined) return;
  const since = events.filter(({ index, kind }) => index >= log.events && tellsOfStanding(kind));
  if (since.length <= 1) return;
  const told = since.map(({ index, kind }) => `${index} (${kind})`).join(", ");
  throw changedStanding(
    model,
    `it is that of revision ${revision}, and since then the audit records ${told} tell of ${subject}: it was put back, or they were added`,
  );
}

/**
 * Refuses a version that the log tells otherwise of than its revision, or a standing since which more was told of it than what it was signed for.
 * Errors: `registry/tampered`.
 */
export function requireTold(standing: Standing, { version }: StoredVersion, events: readonly AuditRecord[]): void {
  const subject = versionSubject(version);
  const newest = events.findLast(({ kind }) => kind === "version.promoted" || kind === "version.archived");
  const told = newest === undefined ? 0 : membersOf(newest.body)["revision"];
  if (told !== version.revision)
    throw tampered(
      subject,
      `it is at revision ${version.revision}, by audit record ${newest?.index ?? "-"} at ${told}`,
    );
  requireToldOnce(standing, subject, events);
}

/** Refuses a version of which the log does not tell that it was registered as it is: as one of another workspace with the same key. Errors: `registry/tampered`. */
export function requireRegistered({ version, body }: StoredVersion, events: readonly AuditRecord[]): void {
  const record = digestOf(body);
  const isTold = events.some(
    ({ kind, body: told }) => kind === "version.registered" && membersOf(told)["record"] === record,
  );
  if (!isTold) throw tampered(versionSubject(version), "no audit record tells that it was registered here as it is");
}

const mostAsked = 100;

/**
 * Refuses to begin a model that has no standing, where the log tells where its versions stood: the next one would be judged as the first. (Of more than a hundred
 * versions the first hundred are asked for.) Errors: `registry/tampered`.
 */
export async function requireUntold(audit: Pick<AuditLog, "read">, model: string, versions: number): Promise<void> {
  for (let version = 1; version <= Math.min(versions, mostAsked); version++) {
    const told = (await audit.read({ subject: versionSubject({ name: model, version }) })).find(({ kind }) =>
      tellsOfStanding(kind),
    );
    if (told !== undefined)
      throw changedStanding(
        model,
        `there is none, and audit record ${told.index} (${told.kind}) tells of ${told.subject}`,
      );
  }
}

/** Whether a record tells where a version or an alias stands from then on. */
function tellsOfStanding(kind: string): boolean {
  return standingKinds.has(kind) || kind === "version.archived";
}
