import type { Kysely, Transaction } from "kysely";

/** The registry's tables. What must not be edited unseen is stored as the very text that was signed. */
export type RegistryTables = {
  registry_model: { model: string; revision: number; versions: number; last_ms: number };
  registry_version: {
    model: string;
    version: number;
    body: string;
    key_id: string;
    signature: string;
    stage: string;
    revision: number;
    certificate: string | null;
    /** These three are what the signed text says, to be searched by; null where an earlier release left them out. */
    kind: string | null;
    author: string | null;
    registered_ms: number | null;
  };
  registry_standing: { model: string; body: string; key_id: string; signature: string };
  /** Where the versions of a model stand, so many numbers a block: canonical JSON with the digest that the signed standing names. */
  registry_standing_block: { model: string; block: number; body: string };
  registry_alias: { model: string; alias: string; version: number };
  registry_certificate: { digest: string; body: string; key_id: string; signature: string };
  registry_approval: {
    model: string;
    version: number;
    to_stage: string;
    evidence_digest: string;
    approver: string;
    body: string;
    key_id: string;
    signature: string;
  };
  /** What certificates were issued on, canonical JSON, by its digest. An earlier release kept it as blobs. */
  registry_evidence: { digest: string; body: string };
  /** `report`: canonical JSON with the digest; null where an earlier release kept it as a blob. */
  registry_evaluation: { digest: string; body: string; key_id: string; signature: string; report: string | null };
  registry_policy: { position: number; digest: string; body: string; scope: string };
  registry_card: {
    model: string;
    version: number;
    revision: number;
    body: string;
    key_id: string;
    signature: string;
  };
  /** Identity tokens that were used: each approves one thing. */
  registry_token: { digest: string; used_for: string };
  /** When a refused load was put on record last. */
  registry_refused_load: { model: string; code: string; recorded_ms: number };
  /** Tags (`tag:…`) and owners (`owner`), to be searched by; nobody signs them, and no gate reads them. */
  registry_label: { label: string; value: string; registered_ms: number; model: string; version: number };
  /** Metrics of evaluations, to be searched by. */
  registry_metric: { metric: string; value: number; model: string; version: number };
};

/** A handle that reads the registry's tables, in a transaction or outside. */
export type RegistrySql = Kysely<RegistryTables> | Transaction<RegistryTables>;
