import type { AuditCheckpoint } from "../../contracts/audit-checkpoint.ts";
import { countText } from "../../core/count-text.ts";
import { isoOf } from "../../core/iso-of.ts";
import { lineText } from "../../core/line-text.ts";
import { printable } from "../../core/printable.ts";
import { shortDigest } from "../../core/short-digest.ts";

/** Gives a checkpoint a text: `console.log` and `String()` of it show what it says of the log. What anchors keep is its JSON. */
export function printedCheckpoint(checkpoint: AuditCheckpoint): AuditCheckpoint {
  return printable(checkpoint, shownCheckpoint);
}

/** A checkpoint in lines for a person. */
function shownCheckpoint({ digest, body, keyId }: AuditCheckpoint): string {
  const { log, size, head, root, timeMs, previous } = body;
  return [
    `checkpoint ${shortDigest(digest)} of ${countText(size, "event")}, ${isoOf(timeMs)}`,
    `  log      ${shortDigest(log)}, up to ${shortDigest(head)}, Merkle root ${shortDigest(root)}`,
    `  follows  ${previous === null ? "none: the first" : shortDigest(previous)}`,
    `  signed   by key ${lineText(keyId)}`,
  ].join("\n");
}
