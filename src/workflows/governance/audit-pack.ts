import type { AuditTrailVerdict } from "../../contracts/audit-trail.ts";
import { digestOf } from "../../core/digest.ts";
import { SluiceError } from "../../core/errors.ts";
import { requireArgument } from "../../core/known-arguments.ts";
import type { OptionNames } from "../../core/known-options.ts";
import type { WorkOptions } from "../../core/progress.ts";
import { printable } from "../../core/printable.ts";
import { startSha256 } from "../../core/platform.ts";
import { textIn } from "../record-body.ts";
import { compareDelivery, deliveryMarkdown } from "../delivery/compare-delivery.ts";
import type { ManualBaseline } from "../delivery/manual-baseline.ts";
import { requireWorkspace, workNames } from "../require-workspace.ts";
import type { HumanPart } from "./documentation-record.ts";
import { figuresOf, readGist } from "./log-gist.ts";
import { inOnePiece, jsonFile, modelFiles } from "./model-files.ts";
import type { AuditPack, PackEntry, PackFile, PackManifest, PackStream } from "./pack-record.ts";
import { packReadme } from "./pack-readme.ts";
import { recordsAt } from "./records-at.ts";
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
 * decision. Of a log that does not verify it is the verdict alone: nothing is said on records that were changed. All texts are held in memory: of a large log
 * `writeAuditPack` writes them one after the other.
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
  const files: PackFile[] = [];
  const keep = async ({ path, pieces }: PackStream): Promise<void> => {
    let text = "";
    for await (const piece of pieces) text += piece;
    files.push({ path, text });
  };
  const pack: AuditPack = { manifest: await writeAuditPack(ws, keep, options), files };
  return printable(pack, () => packText(pack.manifest));
}

/**
 * Writes the files of {@link auditPack} one after the other, the manifest last. `write` is given a file when the one before is written, and the pieces of its
 * text are made as `write` takes them: of the log only the heads of its events are held, whatever is said in them. What was written before an error is no pack:
 * it has no manifest. Errors: as {@link auditPack}, and what `write` throws.
 *
 * @example
 * ```ts
 * import { openWorkspace } from "sluice";
 * import { writeAuditPack } from "sluice/workflows";
 * const ws = await openWorkspace(".sluice");
 * const sizes = new Map<string, number>();
 * const manifest = await writeAuditPack(ws, async ({ path, pieces }) => {
 *   for await (const piece of pieces) sizes.set(path, (sizes.get(path) ?? 0) + piece.length);
 * });
 * if (sizes.size !== manifest.files.length + 1) throw new Error("every file, and the manifest, expected");
 * await ws.close();
 * ```
 */
export async function writeAuditPack(
  ws: DocumentedWorkspace,
  write: (file: PackStream) => Promise<void>,
  options: AuditPackOptions = {},
): Promise<PackManifest> {
  requireWorkspace("writeAuditPack()", ws, options, optionNames);
  requireArgument("writeAuditPack()", "write", write, "function");
  requireArgument("writeAuditPack()", "models", options.models ?? [], "list");
  requireArgument("writeAuditPack()", "parts", options.parts ?? [], "list");
  const entries: PackEntry[] = [];
  const put = async (file: PackStream): Promise<void> => {
    options.signal?.throwIfAborted();
    const measured = measuredText(file.pieces);
    await write({ path: file.path, pieces: measured.pieces });
    entries.push({ path: file.path, ...measured.end() });
  };
  const { models, verdict, lastMs, keys } = await putFiles(ws, put, options);
  const { events, valid } = verdict;
  const log = { events, head: valid ? verdict.head : null, verified: valid, fault: valid ? null : verdict.reason };
  await put({ path: "README.md", pieces: [packReadme({ models, log, warnings: verdict.warnings, keys })] });
  entries.sort((a, b) => (a.path < b.path ? -1 : 1));
  const madeAtMs = options.madeAtMs ?? lastMs;
  const manifest: PackManifest = { kind: "audit-pack", schema: 1, models, madeAtMs, log, files: entries };
  await write(inOnePiece(jsonFile("manifest.json", manifest)));
  return manifest;
}

/** What a pack is about. */
interface PackBasis {
  readonly models: readonly string[];
  readonly verdict: AuditTrailVerdict;
  readonly lastMs: number;
  /** The ids of the keys that signed its certificates and checkpoints. */
  readonly keys: readonly string[];
}

/** All files but README and manifest. */
async function putFiles(
  ws: DocumentedWorkspace,
  put: (file: PackStream) => Promise<void>,
  { signal, onProgress, parts = [], models: asked, ...given }: AuditPackOptions,
): Promise<PackBasis> {
  const baseline = given.baseline ?? null;
  const work = { ...(signal !== undefined && { signal }), ...(onProgress !== undefined && { onProgress }) };
  const before = await ws.verifyAudit();
  if (!before.valid) {
    await put(inOnePiece(jsonFile("verdict.json", before)));
    return { models: asked ?? [], verdict: before, lastMs: 0, keys: [] };
  }
  const gist = await readGist(ws, work);
  const models = requireModels(gist.registered, asked);
  const keys = new Set<string>();
  const onSigner = (keyId: string): void => {
    keys.add(keyId);
  };
  for (const model of models) {
    const own = gist.byModel.get(model);
    if (own === undefined) continue;
    for await (const file of modelFiles(ws, { ...work, model, own, baseline, parts, onSigner })) await put(file);
  }
  const overall = compareDelivery(figuresOf(gist), baseline);
  // Last: what was signed and recorded for the pack is in it.
  const verdict = await ws.verifyAudit();
  await put(inOnePiece(jsonFile("verdict.json", verdict)));
  const checkpoints = await ws.audit.checkpoints();
  await put(inOnePiece(jsonFile("checkpoints.json", checkpoints)));
  for await (const file of policyFiles(ws, gist.policies, signal)) await put(file);
  await put({ path: "delivery.md", pieces: [`${deliveryMarkdown(overall)}\n`] });
  await put(inOnePiece(jsonFile("delivery.json", overall)));
  for (const { keyId } of checkpoints) keys.add(keyId);
  return { models, verdict, lastMs: gist.lastMs, keys: [...keys] };
}

/** The models that are asked for; every registered one unless some are named. */
function requireModels(registered: readonly string[], asked: readonly string[] | undefined): readonly string[] {
  for (const model of asked ?? []) if (!registered.includes(model)) throw unknownModel(model, registered);
  return asked ?? registered;
}

/** Each policy once, under its digest. */
async function* policyFiles(
  ws: DocumentedWorkspace,
  indices: readonly number[],
  signal: AbortSignal | undefined,
): AsyncGenerator<PackStream> {
  const written = new Set<string>();
  for await (const records of recordsAt(ws, indices, signal)) {
    for (const record of records) {
      const text = textIn(record, "text");
      const path = text === undefined ? undefined : `policies/${digestOf(text).slice(7)}.json`;
      if (text === undefined || path === undefined || written.has(path)) continue;
      written.add(path);
      yield { path, pieces: [text] };
    }
  }
}

/** The pieces of a text as they go by, and what the manifest says of them once they all have. */
function measuredText(pieces: PackStream["pieces"]): {
  readonly pieces: AsyncIterable<string>;
  end(): Omit<PackEntry, "path">;
} {
  const hash = startSha256();
  let sizeBytes = 0;
  async function* passing(): AsyncGenerator<string> {
    for await (const piece of pieces) {
      const bytes = new TextEncoder().encode(piece);
      hash.update(bytes);
      sizeBytes += bytes.byteLength;
      yield piece;
    }
  }
  return { pieces: passing(), end: () => ({ digest: `sha256:${hash.hex()}`, sizeBytes }) };
}

/** What a pack is, in two lines. */
export function packText({ models, log, files }: PackManifest): string {
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
