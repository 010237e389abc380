/**
 * Contract suites of the ports, to run against one's own engines.
 *
 * @module sluice/testing
 */

export { type AnchorSubject, anchorContract } from "./anchor-contract.ts";
export { type AuditSubject, type AuditTampering, auditContract } from "./audit-contract.ts";
export { blobContract } from "./blob-contract.ts";
export type { ContractCase } from "./contract-case.ts";
export { metadataContract } from "./metadata-contract.ts";
export type { MetadataSubject } from "./metadata-subject.ts";
export { featureLogContract } from "./feature-log-contract.ts";
export { predictionLogContract } from "./prediction-log-contract.ts";
export { offlineContract } from "./offline-contract.ts";
export { onlineContract } from "./online-contract.ts";
export { type RefSubject, refContract } from "./ref-contract.ts";
export { vectorContract } from "./vector-contract.ts";
