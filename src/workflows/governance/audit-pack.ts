import type { AuditRecord } from "../../contracts/audit-log.ts";
import type { AuditTrailVerdict } from "../../contracts/audit-trail.ts";
import { digestOf } from "../../core/digest.ts";
import { SluiceError } from "../../core/errors.ts";
import { requireArgument } from "../../core/known-arguments.ts";
import type { OptionNames } from "../../core/known-options.ts";
import type { WorkOptions } from "../../core/progress.ts";
import { allRecords } from "../all-records.ts";
import { printable } from "../../core/printable.ts";
import { versionOf } from "../record-body.ts";
import { compareDelivery, deliveryMarkdown } from "../delivery/compare-delivery.ts";
import { deliveryFigures } from "../delivery/delivery-figures.ts";
import type { ManualBaseline } from "../delivery/manual-baseline.ts";
import { requireWorkspace, workNames } from "../require-workspace.ts";
import type { HumanPart } from "./documentation-record.ts";
import { jsonFile, modelFiles } from "./model-files.ts";
import type { AuditPack, PackFile, PackManifest } from "./pack-record.ts";
import { packReadme } from "./pack-readme.ts";
import type { DocumentedWorkspace } from "./version-facts.ts";

/** What an audit pack is made of. */
export interface AuditPackOptions extends WorkOptions {
  /** Of these models. @default every registered model */
  readonly models?: readonly string[];
  /** What people wrote to the points of the documentation: put on record, and included. @default nothing */
  readonly parts?: readonly HumanPart[];
  /** How models were delivered before. @default not recorded */
  readonly baseline?: ManualBaseline;
  /** When it is made, epoch milliseconds. @default the last event's time: then the same records give the same pack */
  readonly madeAtMs?: number;
}

const optionNames: OptionNames<AuditPackOptions> = {
  ...workNames,
  models: "optional",
  parts: "optional",
  baseline: "optional",
  madeAtMs: "optional",
};

/**
 * Everything that an audit of models asks for, as files: technical documentation and cards, delivery figures, the verdict on the log, signed checkpoints,
 * the decisions with a proof of each, certificates with their evidence, policies, and a manifest of digests. It signs a checkpoint where none covers the newest
 * decision. Of a log that does not verify it is the verdict alone: nothing is said on records that were changed.
 *
 * Errors: `registry/not-found` for a model that is not registered; as `technicalDocumentation`; the signal's reason.
 *
 * @example
 * ```ts
 * import { openWorkspace } from "sluice";
 * import { auditPack } from "sluice/workflows";
 * const ws = await openWorkspace(".sluice");
 * const pack = await auditPack(ws);
 * if (pack.files.at(-1)?.path !== "manifest.json") throw new Error("the manifest comes last");
 * console.log(pack);
 * await ws.close();
 * ```
 */
export async function auditPack(ws: DocumentedWorkspace, options: AuditPackOptions = {}): Promise<AuditPack> {
  requireWorkspace("auditPack()", ws, options, optionNames);
  const { signal, onProgress, parts = [], baseline = null } = options;
  const work = { ...(signal !== undefined && { signal }), ...(onProgress !== undefined && { onProgress }) };
  for (const [name, list] of [
    ["models", options.models ?? []],
    ["parts", parts],
  ] as const)
    requireArgument("auditPack()", name, list, "list");
  const before = await ws.verifyAudit();
  if (!before.valid)
    return packOf([jsonFile("verdict.json", before)], options.models ?? [], before, options.madeAtMs ?? 0);
  const records = await allRecords(ws, {}, work);
  const models = requireModels(records, options.models);
  const files: PackFile[] = [];
  for (const model of models) files.push(...(await modelFiles(ws, { ...work, model, records, baseline, parts })));
  const overall = compareDelivery(deliveryFigures(records), baseline);
  // Last: what was signed and recorded for the pack is in it.
  const verdict = await ws.verifyAudit();
  files.push(
    jsonFile("verdict.json", verdict),
    jsonFile("checkpoints.json", await ws.audit.checkpoints()),
    ...policyFiles(records),
    { path: "delivery.md", text: `${deliveryMarkdown(overall)}\n` },
    jsonFile("delivery.json", overall),
  );
  return packOf(files, models, verdict, options.madeAtMs ?? records.at(-1)?.timeMs ?? 0);
}

/** The models that are asked for; every registered one unless some are named. */
function requireModels(records: readonly AuditRecord[], asked: readonly string[] | undefined): readonly string[] {
  const registered = new Set(
    records.flatMap(({ kind, subject }) => (kind === "version.registered" ? [versionOf(subject)?.model ?? ""] : [])),
  );
  for (const model of asked ?? []) if (!registered.has(model)) throw unknownModel(model, [...registered].sort());
  return asked ?? [...registered].sort();
}

/** The files with a README and the manifest. */
function packOf(
  given: readonly PackFile[],
  models: readonly string[],
  verdict: AuditTrailVerdict,
  madeAtMs: number,
): AuditPack {
  const { events, valid } = verdict;
  const log = { events, head: valid ? verdict.head : null, verified: valid, fault: valid ? null : verdict.reason };
  const files = [...given, { path: "README.md", text: packReadme(models, log, verdict.warnings) }];
  const entries = files
    .map(({ path, text }) => ({ path, digest: digestOf(text), sizeBytes: new TextEncoder().encode(text).byteLength }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  const manifest: PackManifest = { kind: "audit-pack", schema: 1, models, madeAtMs, log, files: entries };
  const pack: AuditPack = { manifest, files: [...files, jsonFile("manifest.json", manifest)] };
  return printable(pack, () => packText(pack));
}

function policyFiles(records: readonly AuditRecord[]): readonly PackFile[] {
  return records.flatMap(({ kind, body }) => {
    const text: unknown = kind === "policy.adopted" ? Object(body)["text"] : undefined;
    return typeof text === "string" ? [{ path: `policies/${digestOf(text).slice(7)}.json`, text }] : [];
  });
}

function packText({ manifest: { models, log, files } }: AuditPack): string {
  const bytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const state = log.verified ? "verified" : `DOES NOT VERIFY: ${log.fault ?? ""}`;
  return [
    `Audit pack of ${models.length === 0 ? "no model" : models.join(", ")}: ${files.length} files, ${Math.ceil(bytes / 1024)} KiB`,
    `  audit log: ${log.events} events, ${state}`,
  ].join("\n");
}

function unknownModel(model: string, registered: readonly string[]): SluiceError {
  return new SluiceError("registry/not-found", {
    found: `no registered version of "${model}"`,
    expected: registered.length === 0 ? "a registered model; there is none" : `one of ${registered.join(", ")}`,
    fix: "Check the model's name and the workspace.",
  });
}
