import type { AuditRecord } from "../../contracts/audit-log.ts";
import type { ModelVersion } from "../../contracts/model-version.ts";
import { isDigest } from "../../core/digest.ts";
import type { WorkOptions } from "../../core/progress.ts";
import { cardMarkdown } from "../../registry/cards/card-markdown.ts";
import { deliveryFigures } from "../delivery/delivery-figures.ts";
import { type DeliveryComparison, compareDelivery, deliveryMarkdown } from "../delivery/compare-delivery.ts";
import type { ManualBaseline } from "../delivery/manual-baseline.ts";
import { modelOf, textIn } from "../record-body.ts";
import type { HumanPart } from "./documentation-record.ts";
import { documentationMarkdown } from "./documentation-markdown.ts";
import { generatedCardMarkdown, cardOf } from "./generated-card.ts";
import { recordParts } from "./human-parts.ts";
import type { PackFile } from "./pack-record.ts";
import { productionReigns } from "./production-reigns.ts";
import { documentationOf } from "./technical-documentation.ts";
import { type DocumentedVersion, type DocumentedWorkspace, versionFacts } from "./version-facts.ts";

/** What the files of a model are made with. */
export interface ModelFilesInput extends WorkOptions {
  readonly model: string;
  /** Every record of the log that is about a model or the policy. */
  readonly records: readonly AuditRecord[];
  readonly baseline: ManualBaseline | null;
  readonly parts: readonly HumanPart[];
}

/** The files of one model, below a folder of its name: documents, cards, decisions with their proofs, certificates, evidence, figures. */
export async function modelFiles(ws: DocumentedWorkspace, input: ModelFilesInput): Promise<readonly PackFile[]> {
  const { model, records, baseline } = input;
  const own = records.filter((record) => modelOf(record) === model);
  const versions = await ws.registry.versions(model);
  const files = [
    ...(await documentFiles(ws, versions, input)),
    ...(await certificateFiles(ws, own)),
    ...(await proofFiles(ws, own, input)),
    { path: "decisions.jsonl", text: own.map((record) => `${JSON.stringify(record)}\n`).join("") },
    jsonFile("production.json", reignsOf(model, own)),
    ...figureFiles(compareDelivery(deliveryFigures(own, { model }), baseline)),
  ];
  return files.map(({ path, text }) => ({ path: `${folderOf(model)}/${path}`, text }));
}

/** A model's name as a folder: other signs than those of a plain name are written by their code. */
export function folderOf(model: string): string {
  const plain = model.replace(/[^A-Za-z0-9_-]/g, (sign) => `%${(sign.codePointAt(0) ?? 0).toString(16)}`);
  return `models/${plain.replaceAll("%", "@")}`;
}

/** A file of JSON for people: indented, with a line feed at its end. */
export function jsonFile(path: string, value: unknown): PackFile {
  return { path, text: `${JSON.stringify(value, null, 2)}\n` };
}

/** The newest version in each stage that users may meet, and the newest of all: what documents are asked for. */
function documented(versions: readonly ModelVersion[]): readonly ModelVersion[] {
  const inUse = versions.filter(({ stage }) => stage === "production" || stage === "candidate");
  const newest = versions.at(-1);
  return newest === undefined || inUse.includes(newest) ? inUse : [...inUse, newest];
}

async function documentFiles(
  ws: DocumentedWorkspace,
  versions: readonly ModelVersion[],
  { parts, signal }: ModelFilesInput,
): Promise<readonly PackFile[]> {
  const files: PackFile[] = [];
  for (const { name, version } of documented(versions)) {
    const recorded = await recordParts(ws, `${name}@${version}`, parts);
    const facts = await versionFacts(ws, { name, version }, { ...(signal !== undefined && { signal }) });
    const documentation = documentationOf(facts, recorded);
    const card = cardOf(facts);
    files.push(
      { path: `documentation-v${version}.md`, text: documentationMarkdown(documentation) },
      jsonFile(`documentation-v${version}.json`, documentation),
      { path: `coverage-v${version}.txt`, text: `${String(documentation)}\n` },
      { path: `card-v${version}.md`, text: generatedCardMarkdown(card) },
      jsonFile(`card-v${version}.json`, card),
      ...(facts.card === undefined
        ? []
        : [
            { path: `written-card-v${version}.md`, text: `${cardMarkdown(facts.card)}\n` },
            jsonFile(`written-card-v${version}.json`, facts.card),
          ]),
      ...(await differenceFiles(ws, versions, { name, version })),
      ...(facts.evaluation === undefined ? [] : [jsonFile(`evaluation-v${version}.json`, facts.evaluation)]),
    );
  }
  return files;
}

/** What a version changed against the one that was registered before it. */
async function differenceFiles(
  ws: DocumentedWorkspace,
  versions: readonly ModelVersion[],
  key: DocumentedVersion,
): Promise<readonly PackFile[]> {
  const before = versions.findLast(({ version }) => version < key.version);
  if (before === undefined) return [];
  const difference = await ws.registry.diff(before, key);
  const path = `difference-v${before.version}-v${key.version}`;
  return [{ path: `${path}.txt`, text: `${String(difference)}\n` }, jsonFile(`${path}.json`, difference)];
}

async function certificateFiles(ws: DocumentedWorkspace, own: readonly AuditRecord[]): Promise<readonly PackFile[]> {
  const digests = own.flatMap((record) => {
    const digest = record.kind === "version.promoted" ? textIn(record, "certificate") : undefined;
    return digest !== undefined && isDigest(digest) ? [digest] : [];
  });
  const files: PackFile[] = [];
  for (const digest of new Set(digests)) {
    const certificate = await ws.registry.certificate(digest);
    const { subject, transition, evidenceDigest } = certificate.body;
    const name = `v${subject.version}-${transition.to}-${digest.slice(7, 19)}`;
    files.push(
      jsonFile(`certificates/${name}.json`, certificate),
      // The stored bytes: their digest is the one that the certificate names.
      { path: `evidence/${evidenceDigest.slice(7)}.json`, text: await ws.registry.evidenceOf(digest) },
    );
  }
  return [...new Map(files.map((file) => [file.path, file])).values()];
}

/** What a decision is proved with. The many small steps of rollouts and alerts are in the log, and proved on demand. */
const provedKinds =
  /^(?:version\.|gate\.refused|approval\.|alias\.|card\.|rollout\.(?:started|passed|rolledBack|promoted|aborted))/;

async function proofFiles(
  ws: DocumentedWorkspace,
  own: readonly AuditRecord[],
  { signal, onProgress }: ModelFilesInput,
): Promise<readonly PackFile[]> {
  const proved = own.filter(({ kind }) => provedKinds.test(kind));
  const files: PackFile[] = [];
  for (const { index } of proved) {
    signal?.throwIfAborted();
    files.push(jsonFile(`proofs/${index}.json`, await ws.audit.prove(index)));
    onProgress?.({ stage: "proving decisions", done: files.length, total: proved.length, unit: "decisions" });
  }
  return files;
}

function reignsOf(model: string, own: readonly AuditRecord[]): unknown {
  const reigns = productionReigns(own).get(model) ?? [];
  return reigns.map(({ version, sinceMs, untilMs, began, isRollback }) => ({
    version,
    sinceMs,
    untilMs: untilMs ?? null,
    isRollback,
    actor: began.actor,
    record: began.index,
    body: began.body,
  }));
}

function figureFiles(comparison: DeliveryComparison): readonly PackFile[] {
  return [
    { path: "delivery.md", text: `${deliveryMarkdown(comparison)}\n` },
    jsonFile("delivery.json", comparison),
    { path: "delivery.txt", text: `${String(comparison.after)}\n` },
  ];
}
