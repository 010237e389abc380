import type { AuditRecord } from "../../contracts/audit-log.ts";
import { memberOf, textIn, versionOf } from "../record-body.ts";

/** What tells which pipelines concern a model. */
export interface PipelineRelations {
  readonly model: string;
  /** Every event about pipelines, runs, versions and monitors. */
  readonly records: readonly AuditRecord[];
  /** The model's monitors, disarmed ones too. */
  readonly watched: ReadonlySet<string>;
  /** The pipelines that its monitors start. */
  readonly retraining: ReadonlySet<string>;
}

/**
 * The events of those pipelines' runs that concern a model: in which a version of it was trained or registered, that an alert of its monitors
 * started, and, of what tells nothing of any model, those of pipelines that did either before or that its monitors may start. What was trained before
 * runs told their pipeline is found by its monitors alone.
 */
export function pipelinesOf(relations: PipelineRelations): readonly AuditRecord[] {
  const { model, records, retraining } = relations;
  const events = records.filter(({ kind }) => kind === "retraining.started" || kind === "pipeline.ended");
  const models = modelsByRun(relations, events);
  const named = new Set(retraining);
  for (const event of events) if (models.get(textIn(event, "run") ?? "")?.has(model)) named.add(event.subject);
  return events.filter((event) => {
    const concerned = models.get(textIn(event, "run") ?? "");
    return concerned === undefined ? named.has(event.subject) : concerned.has(model);
  });
}

/** The models that each pipeline's run has to do with, as far as the log tells. */
function modelsByRun(
  { model, records, watched }: PipelineRelations,
  events: readonly AuditRecord[],
): ReadonlyMap<string, ReadonlySet<string>> {
  const models = new Map<string, Set<string>>();
  const add = (run: string | undefined, about: string): void => {
    if (run !== undefined) models.set(run, (models.get(run) ?? new Set()).add(about));
  };
  const trainedIn = new Map<string, string>();
  for (const record of records) {
    const inside = record.kind === "run.started" ? pipelineRunOf(record) : undefined;
    if (inside !== undefined) trainedIn.set(record.subject, inside);
  }
  for (const record of records) {
    if (record.kind !== "version.registered") continue;
    const registered = versionOf(record.subject)?.model;
    if (registered === undefined) continue;
    add(pipelineRunOf(record), registered);
    add(trainedIn.get(`run:${textIn(record, "run") ?? ""}`), registered);
  }
  for (const event of events) {
    const monitor = memberOf(memberOf(event.body, "cause") ?? null, "monitor");
    // Whose monitor another one is, need not be known.
    if (typeof monitor === "string") add(textIn(event, "run"), watched.has(monitor) ? model : "");
  }
  return models;
}

function pipelineRunOf({ body }: AuditRecord): string | undefined {
  const run = memberOf(memberOf(body, "pipeline") ?? null, "run");
  return typeof run === "string" ? run : undefined;
}
