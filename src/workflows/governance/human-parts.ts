import { digestOf } from "../../core/digest.ts";
import { SluiceError } from "../../core/errors.ts";
import { requireArgument, requireMade } from "../../core/known-arguments.ts";
import { type AuditSource, allRecords } from "../all-records.ts";
import { textIn } from "../record-body.ts";
import type { HumanPart, RecordedPart } from "./documentation-record.ts";
import { documentationPoints } from "./documentation-points.ts";

/** The kind of event by which a part that a person wrote is recorded. */
export const partKind = "host.documentation-part";

/**
 * Reads a part from a Markdown file: its name is the point (`annex-iv.1.a.md`), a front matter names who wrote it.
 * Errors: `argument/invalid` for a point that is none, a missing author, or no text.
 *
 * @example
 * ```ts
 * import { readHumanPart } from "sluice/workflows";
 * const part = readHumanPart("annex-iv.1.a.md", "---\nauthor: ada\n---\nTells passengers which flights will be late.\n");
 * if (part.point !== "annex-iv.1.a" || part.author !== "ada") throw new Error("point and author expected");
 * ```
 */
export function readHumanPart(fileName: string, text: string): HumanPart {
  requireArgument("readHumanPart()", "fileName", fileName, "text");
  requireArgument("readHumanPart()", "text", text, "text");
  const point = fileName.replace(/^.*[\\/]/, "").replace(/\.md$/, "");
  const match = /^---\r?\n([\s\S]*?)\r?\n---\r?\n([\s\S]*)$/.exec(text);
  const author = /^author:[ \t]*(.+?)[ \t]*$/m.exec(match?.[1] ?? "")?.[1] ?? "";
  return requirePart({ point, author, markdown: (match?.[2] ?? "").trim() });
}

const partMade = {
  what: "a part",
  by: "readHumanPart() reads it",
  members: { point: "text" },
} as const;

/** Errors: `argument/invalid` for a part that is none. */
export function requirePart(part: HumanPart): HumanPart {
  requireMade("a document", part, partMade);
  const { point, author, markdown } = part;
  if (!documentationPoints.some(({ id }) => id === point))
    throw invalid(`a part for the point ${JSON.stringify(point)}`, documentationPoints.map(({ id }) => id).join(", "));
  if (typeof author !== "string" || author.trim() === "")
    throw invalid(`a part for ${point} without an author`, "who wrote it: a front matter `author: …`");
  if (typeof markdown !== "string" || markdown.trim() === "")
    throw invalid(`a part for ${point} without a text`, "Markdown below the front matter");
  return part;
}

/** Puts parts on record, by author and digest; a part that is the newest on record for its point is not recorded again. Errors: `argument/invalid`. */
export async function recordParts(
  ws: AuditSource,
  subject: string,
  parts: readonly HumanPart[],
): Promise<readonly RecordedPart[]> {
  const recorded: RecordedPart[] = [];
  const known = parts.length === 0 ? [] : await allRecords(ws, { kind: partKind, subject });
  for (const part of parts) {
    const { point, author, markdown } = requirePart(part);
    const digest = digestOf(markdown);
    const same = known.findLast((record) => textIn(record, "point") === point && textIn(record, "author") === author);
    const event = { kind: partKind, subject, actor: author, body: { point, author, digest } };
    const record = same !== undefined && textIn(same, "digest") === digest ? same : await ws.audit.record(event);
    recorded.push({ ...part, digest, record: { index: record.index, hash: record.hash } });
  }
  return recorded;
}

function invalid(found: string, expected: string): SluiceError {
  return new SluiceError("argument/invalid", { found, expected, fix: "See docs/guide/governance.md." });
}
