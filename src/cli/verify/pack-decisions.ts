import type { AuditCheckpoint } from "../../contracts/audit-checkpoint.ts";
import type { OpenArtifact, OpenArtifactFile } from "../../contracts/artifact.ts";
import { piecesOf } from "../../core/byte-source.ts";
import { membersOf } from "../../core/is-record.ts";
import { auditHash, chainStart } from "../../ledger/audit-record.ts";
import { canonicalText } from "../../registry/certificates/certificate-format.ts";
import type { Findings } from "./findings.ts";
import { fileAt, mostRecordBytes, parsedJson } from "./json-in.ts";
import type { ProvenEvent } from "./pack-log.ts";

/** What shows that an event is in the log: a proof of its text, or hashes that lead from it to a signed head. */
export interface LogEvidence {
  readonly proven: ReadonlyMap<number, ProvenEvent>;
  readonly checkpoints: readonly AuditCheckpoint[];
}

/**
 * Compares the events that a pack tells with its proofs and its checkpoints. A pack has the events about its models, not the log: where events follow one another
 * up to one that a checkpoint signed, the chain proves them; where a proof has the text, that does; the others are told as unproven.
 */
export async function checkDecisions(pack: OpenArtifact, evidence: LogEvidence, found: Findings): Promise<void> {
  const heads = new Map(evidence.checkpoints.map(({ body }) => [body.size - 1, String(body.head)]));
  const folders = new Set(pack.files.flatMap(({ path }) => /^models\/[^/]+(?=\/)/.exec(path) ?? []));
  for (const folder of folders) {
    const file = fileAt(pack, `${folder}/decisions.jsonl`);
    if (file === undefined) {
      found.bad(`decisions of ${folder}: decisions.jsonl is not there`);
      continue;
    }
    const chain = new ToldEvents(evidence.proven, heads);
    let fault: string | undefined;
    for await (const line of linesOf(file)) {
      fault = chain.add(line);
      if (fault !== undefined) break;
    }
    if (fault !== undefined) {
      found.bad(`decisions of ${folder}: ${fault}`);
      continue;
    }
    const open = chain.events - chain.proven;
    found.ok(`decisions of ${folder}: ${chain.proven} of ${chain.events} events are proven, by proofs or the chain`);
    if (open > 0)
      found.unproven(
        `${open} of the ${chain.events} events in ${file.path}: no proof is with them, and no chain up to a checkpoint`,
      );
  }
}

class ToldEvents {
  readonly #proofs: LogEvidence["proven"];
  readonly #heads: ReadonlyMap<number, string>;
  #last: { readonly index: number; readonly hash: string } = { index: -1, hash: chainStart };
  /** Events whose texts the chain holds, and no proof does, since the last signed head. */
  #waiting = 0;
  events = 0;
  proven = 0;

  constructor(proofs: LogEvidence["proven"], heads: ReadonlyMap<number, string>) {
    this.#proofs = proofs;
    this.#heads = heads;
  }

  /** Takes the next event; answers what is wrong with it. */
  add(line: string): string | undefined {
    const { hash, ...rest } = membersOf(parsedJson(line));
    const text = canonicalText(rest);
    const { index } = rest;
    if (typeof index !== "number" || typeof hash !== "string" || text === undefined)
      return `line ${this.events + 1} is no event: it was edited`;
    if (!(index > this.#last.index)) return `event ${index} stands after event ${this.#last.index}`;
    const follows = index === this.#last.index + 1;
    if (follows && auditHash(this.#last.hash, text) !== hash)
      return `event ${index} is not the one that was recorded: its hash does not follow from its text`;
    const proof = this.#proofs.get(index);
    if (proof !== undefined && proof.text !== text) return `event ${index} is not the one that its proof shows`;
    const head = this.#heads.get(index);
    if (head !== undefined && head !== hash) return `event ${index} does not have the hash that was signed`;
    this.events += 1;
    if (!follows) this.#waiting = 0;
    if (proof !== undefined) this.proven += 1;
    else if (follows) this.#waiting += 1;
    if (head !== undefined) {
      this.proven += this.#waiting;
      this.#waiting = 0;
    }
    this.#last = { index, hash };
    return undefined;
  }
}

/** The lines of a file, of which a few MiB are held. */
async function* linesOf(file: OpenArtifactFile): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const piece of piecesOf(file)) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
    // No event is as long; what follows would not be read as one either.
    if (rest.length > mostRecordBytes) break;
  }
  if (rest !== "") yield rest;
}
