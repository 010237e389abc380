import type { AuditRecord } from "../../contracts/audit-log.ts";
import type { ModelVersion } from "../../contracts/model-version.ts";
import { isDigest } from "../../core/digest.ts";
import type { WorkOptions } from "../../core/progress.ts";
import { cardMarkdown } from "../../registry/cards/card-markdown.ts";
import { type DeliveryComparison, compareDelivery, deliveryMarkdown } from "../delivery/compare-delivery.ts";
import type { ManualBaseline } from "../delivery/manual-baseline.ts";
import { textIn } from "../record-body.ts";
import type { HumanPart } from "./documentation-record.ts";
import { documentationMarkdown } from "./documentation-markdown.ts";
import { generatedCardMarkdown, cardOf } from "./generated-card.ts";
import { recordParts } from "./human-parts.ts";
import { figuresOf, type ModelGist } from "./log-gist.ts";
import type { PackFile, PackStream } from "./pack-record.ts";
import { recordsAt } from "./records-at.ts";
import { productionReigns } from "./production-reigns.ts";
import { documentationOf } from "./technical-documentation.ts";
import { type DocumentedVersion, type DocumentedWorkspace, versionFacts } from "./version-facts.ts";

/** What the files of a model are made with. */
export interface ModelFilesInput extends WorkOptions {
  readonly model: string;
  /** What is held of the log's events about the model. */
  readonly own: ModelGist;
  readonly baseline: ManualBaseline | null;
  readonly parts: readonly HumanPart[];
  /** Told of each certificate's key. */
  readonly onSigner: (keyId: string) => void;
}

/**
 * The files of one model, below a folder of its name: documents, cards, decisions with their proofs, certificates, evidence, figures. Each is made when it
 * is asked for, and the pieces of one are to be taken before the next.
 */
export async function* modelFiles(ws: DocumentedWorkspace, input: ModelFilesInput): AsyncGenerator<PackStream> {
  const folder = folderOf(input.model);
  for await (const { path, pieces } of filesOf(ws, input)) yield { path: `${folder}/${path}`, pieces };
}

async function* filesOf(ws: DocumentedWorkspace, input: ModelFilesInput): AsyncGenerator<PackStream> {
  const { model, own, baseline } = input;
  const versions = await ws.registry.versions(model);
  yield* documentFiles(ws, versions, input);
  yield* certificateFiles(ws, input);
  yield* proofFiles(ws, own.records, input);
  yield { path: "decisions.jsonl", pieces: decisionLines(ws, own.indices, input) };
  yield inOnePiece(jsonFile("production.json", reignsOf(model, own.records)));
  yield* figureFiles(compareDelivery(figuresOf(own, model), baseline)).map(inOnePiece);
}

/** A file whose text is small enough to be made at once. */
export function inOnePiece({ path, text }: PackFile): PackStream {
  return { path, pieces: [text] };
}

async function* decisionLines(
  ws: DocumentedWorkspace,
  indices: readonly number[],
  { signal, onProgress }: ModelFilesInput,
): AsyncGenerator<string> {
  let done = 0;
  for await (const records of recordsAt(ws, indices, signal)) {
    yield records.map((record) => `${JSON.stringify(record)}\n`).join("");
    done += records.length;
    onProgress?.({ stage: "writing decisions", done, total: indices.length, unit: "decisions" });
  }
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

async function* documentFiles(
  ws: DocumentedWorkspace,
  versions: readonly ModelVersion[],
  { parts, signal }: ModelFilesInput,
): AsyncGenerator<PackStream> {
  for (const { name, version } of documented(versions)) {
    const recorded = await recordParts(ws, `${name}@${version}`, parts);
    const facts = await versionFacts(ws, { name, version }, { ...(signal !== undefined && { signal }) });
    const documentation = documentationOf(facts, recorded);
    const card = cardOf(facts);
    const files = [
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
    ];
    yield* files.map(inOnePiece);
  }
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

async function* certificateFiles(
  ws: DocumentedWorkspace,
  { own, onSigner }: ModelFilesInput,
): AsyncGenerator<PackStream> {
  const digests = own.records.flatMap((record) => {
    const digest = record.kind === "version.promoted" ? textIn(record, "certificate") : undefined;
    return digest !== undefined && isDigest(digest) ? [digest] : [];
  });
  const written = new Set<string>();
  for (const digest of new Set(digests)) {
    const certificate = await ws.registry.certificate(digest);
    onSigner(certificate.keyId);
    const { subject, transition, evidenceDigest } = certificate.body;
    const name = `v${subject.version}-${transition.to}-${digest.slice(7, 19)}`;
    yield inOnePiece(jsonFile(`certificates/${name}.json`, certificate));
    // The stored bytes: their digest is the one that the certificate names.
    const path = `evidence/${evidenceDigest.slice(7)}.json`;
    if (!written.has(path)) yield { path, pieces: [await ws.registry.evidenceOf(digest)] };
    written.add(path);
  }
}

/** What a decision is proved with. The many small steps of rollouts and alerts are in the log, and proved on demand. */
const provedKinds =
  /^(?:version\.|gate\.refused|approval\.|alias\.|card\.|rollout\.(?:started|passed|rolledBack|promoted|aborted))/;

async function* proofFiles(
  ws: DocumentedWorkspace,
  own: readonly AuditRecord[],
  { signal, onProgress }: ModelFilesInput,
): AsyncGenerator<PackStream> {
  const proved = own.filter(({ kind }) => provedKinds.test(kind));
  for (const [at, { index }] of proved.entries()) {
    signal?.throwIfAborted();
    yield inOnePiece(jsonFile(`proofs/${index}.json`, await ws.audit.prove(index)));
    onProgress?.({ stage: "proving decisions", done: at + 1, total: proved.length, unit: "decisions" });
  }
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
