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
  };
  registry_standing: { model: string; body: string; key_id: string; signature: string };
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
  registry_evaluation: { digest: string; body: string; key_id: string; signature: string };
  registry_policy: { position: number; digest: string; body: string };
};

/** A handle that reads the registry's tables, in a transaction or outside. */
export type RegistrySql = Kysely<RegistryTables> | Transaction<RegistryTables>;
