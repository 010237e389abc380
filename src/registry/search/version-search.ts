import type { VersionKind, Stage } from "../../contracts/model-version.ts";
import { isoOf } from "../../core/iso-of.ts";
import { pageText } from "../../core/page-text.ts";

/** What to look for: all that is given must hold. */
export interface VersionSearch {
  readonly model?: string;
  readonly kind?: VersionKind;
  readonly stage?: Stage;
  readonly author?: string;
  /** The owner that the newest model card names. */
  readonly owner?: string;
  /** A tag, with its value. */
  readonly tag?: { readonly name: string; readonly value: string };
  /** A metric of the version's evaluation, between bounds: the best match first by its value. */
  readonly metric?: { readonly name: string; readonly atLeast?: number; readonly atMost?: number };
  /** Registered at this instant or later, epoch milliseconds. */
  readonly fromMs?: number;
  /** Registered before this instant, epoch milliseconds. */
  readonly toMs?: number;
  /** The `next` of the page before. */
  readonly after?: string;
  /** At most so many, from 1 to 1,000. @default 50 */
  readonly limit?: number;
}

/** A version as a search found it. */
export interface FoundVersion {
  readonly model: string;
  readonly version: number;
  readonly kind: VersionKind;
  readonly stage: Stage;
  readonly author: string;
  readonly registeredAtMs: number;
  readonly tags: { readonly [tag: string]: string };
  readonly owner: string | undefined;
  /** The metric that was asked for. */
  readonly metric: number | undefined;
}

/** A page of versions: the newest first, or by the metric that was asked for, the highest first. */
export interface VersionPage {
  readonly versions: readonly FoundVersion[];
  /** Where the next page begins (`after`); undefined where there is none. */
  readonly next: string | undefined;
}

/** A page of versions, a line each: what it is, where it stands, who made it and when, its tags, and the metric that was asked for. */
export function versionPageText({ versions, next }: VersionPage): string {
  const rows = versions.map(({ model, version, kind, stage, author, registeredAtMs, tags, owner, metric }) => [
    `${model}@${version}`,
    kind,
    stage,
    author,
    isoOf(registeredAtMs),
    ...(metric === undefined ? [] : [String(Number(metric.toPrecision(6)))]),
    ...[
      ...(owner === undefined ? [] : [`owner ${owner}`]),
      ...Object.entries(tags).map(([tag, value]) => `${tag}: ${value}`),
    ],
  ]);
  return pageText("version", rows, next);
}
