import type { Selectable } from "kysely";
import { canonicalJson } from "../core/canonical-json.ts";
import { type Digest, isDigest } from "../core/digest.ts";
import { SluiceError } from "../core/errors.ts";
import type { BlobStore } from "../contracts/blob-store.ts";
import type { Ledger } from "../contracts/ledger.ts";
import type { MetadataStore } from "../contracts/metadata-store.ts";
import type { MonitorDefinition } from "../contracts/monitor.ts";
import { decodeProfile, encodeProfile, type ReferenceProfile } from "./reference-profile.ts";
import type { MonitoringTables } from "./tables.ts";
import type { WindowCursor } from "./prediction-window.ts";

/** A monitor as it stands. */
export interface ArmedMonitor {
  readonly definition: MonitorDefinition;
  readonly profileDigest: Digest | null;
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

/** Which monitors are armed, with which reference, and how far each has read. */
export class MonitorBook {
  readonly #options: MonitorBookOptions;
  readonly #profiles: Map<Digest, ReferenceProfile> = new Map();

  constructor(options: MonitorBookOptions) {
    this.#options = options;
  }

  /** Arms a monitor from `fromMs` on; arming the same definition and reference again keeps its place. */
  async arm(
    definition: MonitorDefinition,
    profile: ReferenceProfile | null,
    fromMs: number,
    actor: string,
  ): Promise<void> {
    const profileDigest = profile === null ? null : (await this.#options.blobs.put(encodeProfile(profile))).digest;
    await this.#options.metadata.write(async (tx) => {
      await tx.lock("monitoring");
      const sql = tx.sql.withTables<MonitoringTables>();
      const known = await sql
        .selectFrom("monitoring_monitor")
        .selectAll()
        .where("id", "=", definition.id)
        .executeTakeFirst();
      if (known?.digest === definition.digest && known.profile === profileDigest && known.disarmed === 0) return;
      const fresh = {
        digest: definition.digest,
        model: definition.model,
        definition: JSON.stringify({ schema: 1, ...definition }),
        profile: profileDigest,
        armed_at_ms: fromMs,
        cursor_ms: fromMs,
        cursor_rows: 0,
        open_alert: null,
        disarmed: 0,
      };
      if (known === undefined) {
        await sql
          .insertInto("monitoring_monitor")
          .values({ id: definition.id, ...fresh, windows: 0, since_window: 0, episode: 0 })
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

  /** Every armed monitor, by id. */
  async armed(): Promise<readonly ArmedMonitor[]> {
    const sql = this.#options.metadata.sql.withTables<MonitoringTables>();
    const rows = await sql
      .selectFrom("monitoring_monitor")
      .selectAll()
      .where("disarmed", "=", 0)
      .orderBy("id")
      .execute();
    return rows.map(toArmed);
  }

  /** The reference a monitor compares with. */
  async profile({ profileDigest }: ArmedMonitor): Promise<ReferenceProfile | null> {
    if (profileDigest === null) return null;
    const known = this.#profiles.get(profileDigest) ?? decodeProfile(await this.#options.blobs.get(profileDigest));
    this.#profiles.set(profileDigest, known);
    return known;
  }

  /** Stops a monitor; its history stays. */
  async disarm(id: string, actor: string, reason: string): Promise<void> {
    await this.#options.metadata.write(async (tx) => {
      await tx.sql
        .withTables<MonitoringTables>()
        .updateTable("monitoring_monitor")
        .set({ disarmed: 1 })
        .where("id", "=", id)
        .execute();
      await this.#options.ledger.audit.append(tx, { kind: "monitor.disarmed", subject: id, actor, body: { reason } });
    });
  }
}

function toArmed(row: Selectable<MonitoringTables["monitoring_monitor"]>): ArmedMonitor {
  if (row.profile !== null && !isDigest(row.profile)) throw corrupt(row.id, "a reference that is no digest");
  return {
    definition: readDefinition(row.id, row.definition, row.digest),
    profileDigest: row.profile,
    cursor: { timeMs: row.cursor_ms, rowsAtTime: row.cursor_rows },
    windows: row.windows,
    episode: row.episode,
    openAlert: row.open_alert,
  };
}

function readDefinition(id: string, text: string, digest: string): MonitorDefinition {
  const parsed: unknown = JSON.parse(text);
  if (!isDefinition(parsed) || parsed.digest !== digest) throw corrupt(id, canonicalJson({ digest }));
  const { schema: _schema, ...definition } = parsed;
  return definition;
}

function isDefinition(value: unknown): value is MonitorDefinition & { readonly schema: 1 } {
  if (typeof value !== "object" || value === null) return false;
  return "schema" in value && value.schema === 1 && "kind" in value && value.kind === "monitor" && "digest" in value;
}

function corrupt(id: string, found: string): SluiceError {
  return new SluiceError("metadata/failed", {
    found: `monitor "${id}" stored with ${found}`,
    expected: "a monitor as it was armed",
    fix: "Arm it again.",
  });
}
