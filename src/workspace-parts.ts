import type { BlobStore } from "./contracts/blob-store.ts";
import type { Ledger } from "./contracts/ledger.ts";
import type { MetadataStore } from "./contracts/metadata-store.ts";
import type { OfflineStore } from "./contracts/offline-store.ts";
import type { OnlineStore } from "./contracts/online-store.ts";
import type { Signer, Verifier } from "./contracts/signer.ts";
import type { WorkspaceEvents } from "./contracts/workspace-events.ts";
import { type Clock, systemClock } from "./core/clock.ts";
import { SluiceError } from "./core/errors.ts";
import { type Events, typedEvents } from "./core/events.ts";
import { type IdSource, uuidV7Ids } from "./core/ids.ts";
import { type Logger, silentLogger } from "./core/logger.ts";
import type { WorkspaceOptions } from "./workspace.ts";
import { signingOf } from "./workspace-signing.ts";

/** The engines below a workspace, opened and migrated. */
export interface WorkspaceParts {
  readonly metadata: MetadataStore;
  readonly blobs: BlobStore;
  readonly online: OnlineStore;
  readonly offline: OfflineStore;
  readonly signer: Signer;
  readonly verifier: Verifier;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly events: Events<WorkspaceEvents>;
  readonly logger: Logger;
  /** Closes what was opened here. */
  close(): Promise<void>;
}

/** Opens the engines: the host's where given, embedded ones in the folder else. Nothing is left open when it fails. */
export async function openParts(options: WorkspaceOptions): Promise<WorkspaceParts> {
  const clock = options.clock ?? systemClock;
  const logger = options.logger ?? silentLogger;
  const folder = await folderOf(options);
  const { signer, verifier } = await signingOf(options);
  const opened: { close(): Promise<void> }[] = [];
  const own = <T extends { close(): Promise<void> }>(made: T): T => {
    opened.push(made);
    return made;
  };
  const close = (): Promise<void> => closeAll(opened.toReversed());
  try {
    const metadata = options.metadata ?? own(await sqliteIn(folder));
    const blobs = options.blobs ?? (await filesIn(folder));
    const online = options.online ?? own(await onlineIn(folder));
    const offline = options.offline ?? own(await memoryOfflineStore());
    await migrate(metadata);
    const ledger = await ledgerOn(metadata, clock);
    return {
      metadata,
      blobs,
      online,
      offline,
      signer,
      verifier,
      ledger,
      clock,
      ids: uuidV7Ids(clock),
      events: typedEvents<WorkspaceEvents>({ logger }),
      logger,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Closes one after the other, whatever becomes of the others, and then throws the first error. */
async function closeAll(opened: readonly { close(): Promise<void> }[]): Promise<void> {
  const failures: unknown[] = [];
  for (const one of opened) await one.close().catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}

type Folder = { readonly metadata: string; readonly online: string; readonly blobs: string };

async function folderOf(options: WorkspaceOptions): Promise<Folder | undefined> {
  if (options.path === undefined) return undefined;
  const { openWorkspaceFolder } = await import("./backends/fs/workspace-folder.ts");
  return await openWorkspaceFolder(options.path);
}

function required(folder: Folder | undefined, what: string): Folder {
  if (folder !== undefined) return folder;
  throw new SluiceError("argument/invalid", {
    found: `a workspace without a path and without ${what}`,
    expected: "a path for the embedded defaults, or metadata, blobs and online stores",
    fix: 'Call openWorkspace("./.sluice"), or pass the missing store.',
  });
}

async function sqliteIn(folder: Folder | undefined): Promise<MetadataStore> {
  const { sqliteMetadata } = await import("./backends/sqlite/sqlite-metadata-store.ts");
  return sqliteMetadata({ path: required(folder, "a metadata store").metadata });
}

async function filesIn(folder: Folder | undefined): Promise<BlobStore> {
  const { fsBlobs } = await import("./backends/fs/fs-blob-store.ts");
  return fsBlobs({ path: required(folder, "a blob store").blobs });
}

async function onlineIn(folder: Folder | undefined): Promise<OnlineStore> {
  const { sqliteOnline } = await import("./backends/sqlite/sqlite-online-store.ts");
  return sqliteOnline({ path: required(folder, "an online store").online });
}

async function memoryOfflineStore(): Promise<OfflineStore> {
  const { memoryOffline } = await import("./backends/arrow/memory-offline-store.ts");
  return memoryOffline();
}

async function migrate(metadata: MetadataStore): Promise<void> {
  const [ledger, data, features, training, registry, serving, monitoring] = await Promise.all([
    import("./ledger/ledger-migrations.ts"),
    import("./data/data-migrations.ts"),
    import("./features/store/features-migrations.ts"),
    import("./training/training-migrations.ts"),
    import("./registry/registry-migrations.ts"),
    import("./serving/serving-migrations.ts"),
    import("./monitoring/tables.ts"),
  ]);
  await metadata.migrate([
    ledger.ledgerMigrations,
    data.dataMigrations,
    features.featuresMigrations,
    training.trainingMigrations,
    registry.registryMigrations,
    serving.servingMigrations,
    monitoring.monitoringMigrations,
  ]);
}

async function ledgerOn(metadata: MetadataStore, clock: Clock): Promise<Ledger> {
  const [{ SqlAuditLog }, { SqlLineageStore }, { SqlChangeFeed }] = await Promise.all([
    import("./ledger/sql-audit-log.ts"),
    import("./ledger/sql-lineage-store.ts"),
    import("./ledger/sql-change-feed.ts"),
  ]);
  return {
    audit: new SqlAuditLog({ metadata, clock }),
    lineage: new SqlLineageStore({ metadata, clock }),
    changes: new SqlChangeFeed({ metadata, clock }),
  };
}
