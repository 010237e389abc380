/**
 * The audit chain, lineage, the change feed and artifacts: what every stage writes inside its own transactions.
 *
 * @module sluice/ledger
 */

export { BlobArtifactStore, type BlobArtifactStoreOptions } from "./artifacts/blob-artifact-store.ts";
export { scanArtifact } from "./artifacts/scan/scan-artifact.ts";
export { packArtifact, packedPieces } from "./artifacts/tar/pack-artifact.ts";
export { openArchive, unpackArtifact, type UnpackOptions } from "./artifacts/tar/unpack-artifact.ts";
export { ScannedArtifactStore } from "./artifacts/scanned-artifact-store.ts";
export { type LedgerTables, ledgerMigrations } from "./ledger-migrations.ts";
export { type LedgerOptions, SqlAuditLog } from "./sql-audit-log.ts";
export { SqlChangeFeed } from "./sql-change-feed.ts";
export { SqlLineageStore } from "./sql-lineage-store.ts";
export {
  type AuditConsistencyVerdict,
  type AuditInclusionVerdict,
  verifyConsistency,
  verifyInclusion,
} from "./trail/audit-proofs.ts";
export { AuditTrail } from "./trail/audit-trail.ts";
export { blobAnchor, type BlobAnchorOptions } from "./trail/blob-anchor.ts";
export { type CheckpointVerdict, verifyCheckpoint } from "./trail/checkpoint-text.ts";
export type { AuditTrailOptions } from "./trail/take-checkpoint.ts";
export type { EraseOptions } from "./trail/erase-personal.ts";
export type { RetainOptions } from "./trail/retain-events.ts";
export { type RetentionClass, retentionClass } from "./trail/retention-class.ts";
