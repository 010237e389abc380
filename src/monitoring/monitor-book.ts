import type { Selectable } from "kysely";
import { compareCodePoints } from "../core/compare-code-points.ts";
import { type Digest, isDigest } from "../core/digest.ts";
import { isSluiceError, SluiceError } from "../core/errors.ts";
import type { AuditRecord } from "../contracts/audit-log.ts";
import type { BlobStore } from "../contracts/blob-store.ts";
import type { Ledger } from "../contracts/ledger.ts";
import type { MetadataStore, MetadataTransaction } from "../contracts/metadata-store.ts";
import type { MonitorDefinition } from "../contracts/monitor.ts";
import type { WindowCursor } from "./prediction-window.ts";
import { decodeProfile, encodeProfile, type ReferenceProfile } from "./reference-profile.ts";
import { definitionText, readDefinition, tamperedMonitor } from "./stored-definition.ts";
import type { MonitoringTables } from "./tables.ts";

/** A monitor as it stands. */
export interface ArmedMonitor {
  readonly definition: MonitorDefinition;
  readonly profileDigest: Digest | null;
  /** Predictions from this instant on are watched. */
  readonly fromMs: number;
  readonly cursor: WindowCursor;
  /** Windows judged so far. */
  readonly windows: number;
  /** Alerts raised so far. */
  readonly episode: number;
  readonly openAlert: string | null;
}

/** What {@link MonitorBook} is wired with. */
export interface MonitorBookOptions {
  readonly metadata: MetadataStore;
  readonly blobs: BlobStore;
  readonly ledger: Ledger;
}

type MonitorRow = Selectable<MonitoringTables["monitoring_monitor"]>;

const decisions: ReadonlySet<string> = new Set(["monitor.armed", "monitor.rearmed", "monitor.disarmed"]);

/** Which monitors are armed, with which reference, and how far each has read. */
export class MonitorBook {
  readonly #options: MonitorBookOptions;
  /** The decoded reference of each monitor: what is worked out from a reference is kept with it. */
  readonly #profiles: Map<string, { readonly digest: Digest; readonly profile: ReferenceProfile }> = new Map();

  constructor(options: MonitorBookOptions) {
    this.#options = options;
  }

  /** Arms a monitor from `fromMs` on; arming the same definition and reference again keeps its place, unless the monitor was edited in the store. */
  async arm(
    definition: MonitorDefinition,
    profile: ReferenceProfile | null,
    fromMs: number,
    actor: string,
  ): Promise<void> {
    const profileDigest = profile === null ? null : (await this.#options.blobs.put(encodeProfile(profile))).digest;
    const standing = await this.#soundlyArmed(definition.id);
    await this.#options.metadata.write(async (tx) => {
      await tx.lock("monitoring");
      const sql = tx.sql.withTables<MonitoringTables>();
      const known = await sql
        .selectFrom("monitoring_monitor")
        .selectAll()
        .where("id", "=", definition.id)
        .executeTakeFirst();
      const isSame = standing?.definition.digest === definition.digest && standing.profileDigest === profileDigest;
      if (isSame && known?.digest === definition.digest && known.disarmed === 0) return;
      const fresh = {
        digest: definition.digest,
        model: definition.model,
        definition: definitionText(definition),
        profile: profileDigest,
        armed_at_ms: fromMs,
        cursor_segment: 0,
        cursor_rows: 0,
        open_alert: null,
        disarmed: 0,
      };
      if (known === undefined) {
        await sql
          .insertInto("monitoring_monitor")
          .values({ id: definition.id, ...fresh, ...(await placeAfterHistory(tx, definition.id)) })
          .execute();
      } else {
        await sql
          .updateTable("monitoring_monitor")
          .set({ ...fresh, since_window: known.windows })
          .where("id", "=", definition.id)
          .execute();
      }
      await this.#options.ledger.audit.append(tx, {
        kind: known === undefined ? "monitor.armed" : "monitor.rearmed",
        subject: definition.id,
        actor,
        body: { definition: definition.digest, reference: profileDigest, fromMs },
      });
    });
  }

  /** The ids of all monitors that were ever armed, sorted: those that are stored, and those that only the audit log still knows. */
  async ids(): Promise<readonly string[]> {
    const sql = this.#options.metadata.sql.withTables<MonitoringTables>();
    const rows = await sql.selectFrom("monitoring_monitor").select("id").execute();
    const armed = await this.#options.ledger.audit.read({ kind: "monitor.armed" });
    return [...new Set([...rows.map(({ id }) => id), ...armed.map(({ subject }) => subject)])].sort(compareCodePoints);
  }

  /** A monitor as it stands; `undefined` when it is not armed. Errors: `monitoring/tampered` when it is not as the audit log says it was armed or disarmed. */
  async armed(id: string): Promise<ArmedMonitor | undefined> {
    const newest = await this.#newest(id);
    const row = await this.#options.metadata.sql
      .withTables<MonitoringTables>()
      .selectFrom("monitoring_monitor")
      .selectAll()
      .where("id", "=", id)
      .executeTakeFirst();
    const again = await this.#newest(id);
    if (again?.index !== newest?.index) return await this.armed(id);
    if (row === undefined) {
      if (newest === undefined || newest.kind === "monitor.disarmed") return undefined;
      throw tamperedMonitor(id, `it is gone, against audit record ${newest.index}`);
    }
    const armed = toArmed(row);
    requireAudited(row, newest);
    return row.disarmed === 0 ? armed : undefined;
  }

  /** The reference a monitor compares with. */
  async profile({ definition, profileDigest }: ArmedMonitor): Promise<ReferenceProfile | null> {
    if (profileDigest === null) return null;
    const known = this.#profiles.get(definition.id);
    if (known?.digest === profileDigest) return known.profile;
    const profile = decodeProfile(await this.#options.blobs.get(profileDigest));
    this.#profiles.set(definition.id, { digest: profileDigest, profile });
    return profile;
  }

  /**
   * Stops a monitor; its history stays. Disarming it again changes nothing. Errors: `monitoring/not-found`; `monitoring/tampered` for one that
   * was armed and is gone.
   */
  async disarm(id: string, actor: string, reason: string): Promise<void> {
    const newest = await this.#newest(id);
    await this.#options.metadata.write(async (tx) => {
      await tx.lock("monitoring");
      const sql = tx.sql.withTables<MonitoringTables>();
      const known = await sql
        .selectFrom("monitoring_monitor")
        .select("disarmed")
        .where("id", "=", id)
        .executeTakeFirst();
      if (known === undefined)
        throw newest === undefined
          ? unknownMonitor(id)
          : tamperedMonitor(id, `it is gone, against audit record ${newest.index}`);
      if (known.disarmed === 1) return;
      await sql.updateTable("monitoring_monitor").set({ disarmed: 1 }).where("id", "=", id).execute();
      await this.#options.ledger.audit.append(tx, { kind: "monitor.disarmed", subject: id, actor, body: { reason } });
    });
  }

  /** The monitor as it is armed; `undefined` when it is not, or was edited: arming it anew is the remedy. */
  async #soundlyArmed(id: string): Promise<ArmedMonitor | undefined> {
    try {
      return await this.armed(id);
    } catch (error) {
      if (isSluiceError(error, "monitoring/tampered")) return undefined;
      throw error;
    }
  }

  async #newest(id: string): Promise<AuditRecord | undefined> {
    return (await this.#options.ledger.audit.read({ subject: id })).findLast(({ kind }) => decisions.has(kind));
  }
}

/** Where a monitor goes on that is stored anew: after the windows and alerts that are kept of it. */
async function placeAfterHistory(
  tx: MetadataTransaction,
  id: string,
): Promise<Pick<MonitorRow, "windows" | "since_window" | "episode">> {
  const sql = tx.sql.withTables<MonitoringTables>();
  const { position } = await sql
    .selectFrom("monitoring_window")
    .select((eb) => eb.fn.max("position").as("position"))
    .where("monitor", "=", id)
    .executeTakeFirstOrThrow();
  const { episode } = await sql
    .selectFrom("monitoring_alert")
    .select((eb) => eb.fn.max("episode").as("episode"))
    .where("monitor", "=", id)
    .executeTakeFirstOrThrow();
  const windows = position === null ? 0 : position + 1;
  return { windows, since_window: windows, episode: episode ?? 0 };
}

function unknownMonitor(id: string): SluiceError {
  return new SluiceError("monitoring/not-found", {
    found: `no monitor "${id}"`,
    expected: "the id of a monitor that was armed",
    fix: "Arm it with arm().",
  });
}

function toArmed(row: MonitorRow): ArmedMonitor {
  const definition = readDefinition(row.id, row.definition);
  if (definition.digest !== row.digest || definition.model !== row.model)
    throw tamperedMonitor(row.id, "its digest or model is not that of its definition");
  if (row.profile !== null && !isDigest(row.profile)) throw tamperedMonitor(row.id, "its reference is no digest");
  return {
    definition,
    profileDigest: row.profile,
    fromMs: row.armed_at_ms,
    cursor: { segment: row.cursor_segment, rows: row.cursor_rows },
    windows: row.windows,
    episode: row.episode,
    openAlert: row.open_alert,
  };
}

function requireAudited(row: MonitorRow, newest: AuditRecord | undefined): void {
  if (newest === undefined) throw tamperedMonitor(row.id, "no audit record tells that it was armed");
  const isDisarmed = newest.kind === "monitor.disarmed";
  if (isDisarmed !== (row.disarmed === 1))
    throw tamperedMonitor(
      row.id,
      `it is ${row.disarmed === 1 ? "dis" : ""}armed, against audit record ${newest.index}`,
    );
  if (isDisarmed) return;
  const told = Object.entries(newest.body ?? {});
  const here = { definition: row.digest, reference: row.profile, fromMs: row.armed_at_ms };
  for (const [name, value] of Object.entries(here)) {
    if (told.find(([key]) => key === name)?.[1] !== value)
      throw tamperedMonitor(row.id, `its ${name} is ${value}, against audit record ${newest.index}`);
  }
}
