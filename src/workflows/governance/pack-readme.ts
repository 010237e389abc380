import type { AuditWarning } from "../../contracts/audit-trail.ts";
import { markdownText } from "../text-table.ts";
import { folderOf } from "./model-files.ts";
import type { PackManifest } from "./pack-record.ts";

/** What a pack's README tells of. */
export interface ReadmeInput {
  readonly models: readonly string[];
  readonly log: PackManifest["log"];
  readonly warnings: readonly AuditWarning[];
  /** The ids of the keys that signed its certificates and checkpoints. */
  readonly keys: readonly string[];
}

/** What is in a pack, and how it is checked. */
export function packReadme({ models, log, warnings, keys }: ReadmeInput): string {
  const state = log.verified
    ? `It verified: ${log.events} events, chain head \`${log.head ?? "none"}\`.`
    : `**It does not verify: ${markdownText(log.fault ?? "")}. Nothing here can be relied on.**`;
  return [
    "# Audit pack",
    "",
    `Made from the audit log of a workspace. ${state}`,
    "",
    ...warnings.map(({ index, reason }) => `**Warning** (event ${index}): ${markdownText(reason)}\n`),
    ...models.map((model) => `- ${markdownText(model)}: \`${folderOf(model)}/\``),
    "",
    "| File | What it is |",
    "| --- | --- |",
    "| `manifest.json` | every other file, by SHA-256 |",
    "| `verdict.json` | what verifying the log answered: chain, checkpoints, anchors |",
    "| `checkpoints.json` | the signed checkpoints of the log |",
    "| `policies/` | the promotion policies, as they were put into force; named by digest |",
    "| `delivery.md`, `delivery.json` | delivery figures of all models, before and after |",
    "| `models/…/documentation-v….md`, `.json` | technical documentation with its coverage, of the versions in use and the newest |",
    "| `models/…/card-v….md`, `.json` | a model card made from records |",
    "| `models/…/written-card-v….md`, `.json` | the newest model card that people wrote, if they did |",
    "| `models/…/difference-v…-v….txt`, `.json` | what a version changed against the one before it |",
    "| `models/…/decisions.jsonl` | every recorded event about the model |",
    "| `models/…/proofs/` | of each decision, that it is in the log which a checkpoint signed |",
    "| `models/…/certificates/`, `evidence/` | signed certificates, and the evidence that each names by digest |",
    "| `models/…/production.json` | which version had production when |",
    "",
    ...verifyLines(keys),
    "A proof needs nothing but itself and the workspace's public key: `verifyInclusion` of `sluice/ledger`. A certificate is checked by",
    "`verifyCertificate` of `sluice/registry`. The digest of a file is that of its bytes: `sha256sum`.",
    "",
  ].join("\n");
}

function verifyLines(keys: readonly string[]): readonly string[] {
  if (keys.length === 0) return [];
  return [
    `Its certificates and checkpoints are signed by the key ${keys.map((keyId) => `\`${markdownText(keyId)}\``).join(" or ")}. Get its public key (PEM) by another way than this pack; then`,
    "",
    "```sh",
    `npx sluice verify . ${keys.map((keyId) => `--key ${fileNameOf(keyId)}.pem`).join(" ")}`,
    "```",
    "",
    "verifies what the pack can show by itself, and says what it cannot: this README and the manifest are not signed.",
    "",
  ];
}

/** A key id as part of a command: what a host's signer calls its key may be anything. */
function fileNameOf(keyId: string): string {
  return keyId.replace(/[^A-Za-z0-9_-]/g, "_");
}
