import type { AuditRecord } from "../../contracts/audit-log.ts";
import { numberIn, textIn, versionOf } from "../record-body.ts";

/** A time during which one version had production, by the records that began and ended it. */
export interface ProductionReign {
  readonly model: string;
  readonly version: number;
  readonly sinceMs: number;
  /** When it ended; undefined = it has not. */
  readonly untilMs: number | undefined;
  /** The promotion that began it. */
  readonly began: AuditRecord;
  /** What ended it. */
  readonly ended: AuditRecord | undefined;
  /** It came back from the archive: a rollback. */
  readonly isRollback: boolean;
}

/** What records are read for {@link productionReigns}. */
export const reignKinds: readonly string[] = ["version.promoted", "version.archived"];

/** Who had production when, by model, in the order of the log; from its records alone. */
export function productionReigns(records: readonly AuditRecord[]): ReadonlyMap<string, readonly ProductionReign[]> {
  const reigns = new Map<string, ProductionReign[]>();
  for (const record of records) {
    const subject = versionOf(record.subject);
    if (subject === undefined || !reignKinds.includes(record.kind)) continue;
    const ofModel = reigns.get(subject.model) ?? [];
    reigns.set(subject.model, ofModel);
    const present = ofModel.at(-1);
    const to = textIn(record, "to");
    const isTaken = record.kind === "version.promoted" && to === "production";
    // A version that another replaced is archived in the same transaction, before the promotion that ends its reign.
    const isReplaced = numberIn(record, "replacedBy") !== undefined;
    const isLeft =
      present?.version === subject.version && textIn(record, "from") === "production" && !isTaken && !isReplaced;
    if (present !== undefined && present.ended === undefined && (isTaken || isLeft))
      ofModel[ofModel.length - 1] = { ...present, untilMs: record.timeMs, ended: record };
    if (!isTaken) continue;
    ofModel.push({
      ...subject,
      sinceMs: record.timeMs,
      untilMs: undefined,
      began: record,
      ended: undefined,
      isRollback: textIn(record, "from") === "archived",
    });
  }
  return reigns;
}
