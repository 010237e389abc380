import type { ModelVersion } from "../../contracts/model-version.ts";

/**
 * Everybody who made a version, by every name that is known of them: who registered it as theirs, who else is named, who started its run or the pipeline
 * that it ran in, and its author in the workspace that it was imported from. None of them may approve it.
 */
export function authorsOf({ author, contributors = [], run, origin }: ModelVersion): readonly string[] {
  const starters = (run.startedBy ?? []).flatMap(({ names }) => names);
  return [author, ...contributors, ...starters, ...(origin === undefined ? [] : [origin.author])];
}
