import { requireArgument } from "../../core/known-arguments.ts";
import type { WorkOptions } from "../../core/progress.ts";
import { printable } from "../../core/printable.ts";
import { requireWorkspace, workNames } from "../require-workspace.ts";
import { coverageText } from "./coverage-text.ts";
import { documentationPoints, type PointDefinition } from "./documentation-points.ts";
import type {
  CoverageReport,
  DocumentedPoint,
  HumanPart,
  RecordedPart,
  TechnicalDocumentation,
} from "./documentation-record.ts";
import { recordParts } from "./human-parts.ts";
import * as development from "./points/development-points.ts";
import * as general from "./points/general-points.ts";
import * as logging from "./points/logging-points.ts";
import * as monitoring from "./points/monitoring-points.ts";
import * as testing from "./points/testing-points.ts";
import type { PointFindings } from "./statement.ts";
import {
  type DocumentedVersion,
  type DocumentedWorkspace,
  requireDocumented,
  type VersionFacts,
  versionFacts,
} from "./version-facts.ts";

/** What technical documentation is made with. */
export interface DocumentationOptions extends WorkOptions {
  /** What people wrote, point by point: put on record with author and digest, and included. @default nothing */
  readonly parts?: readonly HumanPart[];
}

/** What is looked up for each point; a point that is not here has nothing on record. */
const findings: { readonly [point: string]: (facts: VersionFacts) => PointFindings } = {
  "annex-iv.1.a": general.versionPoint,
  "annex-iv.1.b": general.interactionPoint,
  "annex-iv.1.c": general.softwarePoint,
  "annex-iv.1.d": general.formPoint,
  "annex-iv.1.e": general.hardwarePoint,
  "annex-iv.2.a": development.methodPoint,
  "annex-iv.2.b": development.designPoint,
  "annex-iv.2.c": development.architecturePoint,
  "annex-iv.2.d": development.dataPoint,
  "annex-iv.2.f": development.changePlanPoint,
  "annex-iv.2.g": testing.testingPoint,
  "annex-iv.2.h": development.securityPoint,
  "annex-iv.3": testing.accuracyPoint,
  "annex-iv.4": testing.metricsPoint,
  "annex-iv.6": general.changesPoint,
  "annex-iv.9": monitoring.afterMarketPoint,
  "art-12.1": logging.recordingPoint,
  "art-12.2.a": logging.riskRecordsPoint,
  "art-12.2.b": logging.monitoringLogPoint,
  "art-12.2.c": logging.operationPoint,
  "art-72.1": monitoring.monitoringSystemPoint,
  "art-72.2": monitoring.monitoringRecordsPoint,
  "art-72.3": monitoring.monitoringPlanPoint,
};

/**
 * Gathers what is on record about a version along Annex IV, Article 12 and Article 72 of Regulation (EU) 2024/1689: each statement with the
 * audit events and digests that it rests on. It is evidence for the points, and no judgement on them. What is not on record is named, what only a
 * person can say is left to a person, and nothing is made up. The same records give the same document.
 *
 * Errors: `registry/not-found`; `registry/tampered`, `audit/broken` and others where records were changed; `argument/invalid` for a part that
 * is none; the signal's reason. A log that does not verify is documented as such.
 *
 * @example
 * ```ts no-run
 * import { openWorkspace } from "sluice";
 * import { documentationMarkdown, technicalDocumentation } from "sluice/workflows";
 * const ws = await openWorkspace(".sluice");
 * const documentation = await technicalDocumentation(ws, { name: "delay", version: 3 });
 * console.log(documentation); // how far each point is covered
 * const text = documentationMarkdown(documentation);
 * await ws.close();
 * ```
 */
export async function technicalDocumentation(
  ws: DocumentedWorkspace,
  version: DocumentedVersion,
  options: DocumentationOptions = {},
): Promise<TechnicalDocumentation> {
  requireWorkspace("technicalDocumentation()", ws, options, { ...workNames, parts: "optional" });
  requireDocumented("technicalDocumentation()", version);
  const { parts = [], ...work } = options;
  requireArgument("technicalDocumentation()", "parts", parts, "list");
  const recorded = await recordParts(ws, `${version.name}@${version.version}`, parts);
  return documentationOf(await versionFacts(ws, version, work), recorded);
}

/** {@link technicalDocumentation} of facts that were read before. */
export function documentationOf(facts: VersionFacts, parts: readonly RecordedPart[]): TechnicalDocumentation {
  const { version, verdict } = facts;
  const points = documentationPoints.map((point) => pointOf(point, facts, parts));
  const documentation: TechnicalDocumentation = {
    kind: "technical-documentation",
    schema: 1,
    subject: { model: version.name, version: version.version, stage: version.stage },
    basis: {
      events: verdict.events,
      head: verdict.valid ? verdict.head : null,
      verified: verdict.valid,
      fault: verdict.valid ? null : verdict.reason,
      lastEventMs: facts.ends.last?.timeMs ?? null,
    },
    coverage: coverageOf(points),
    points,
  };
  return printable(documentation, () => coverageText(documentation));
}

function pointOf(
  { id, title, human }: PointDefinition,
  facts: VersionFacts,
  parts: readonly RecordedPart[],
): DocumentedPoint {
  const found = findings[id]?.(facts) ?? { statements: [], missing: [] };
  const missing = [...found.missing, ...(human === undefined ? [] : [`for a person to write: ${human}`])];
  const evidenced = missing.length === 0 ? "evidenced" : "partly";
  const coverage = found.statements.length === 0 ? "human" : evidenced;
  const written = parts.filter(({ point }) => point === id);
  return { id, title, coverage, statements: found.statements, missing, written };
}

function coverageOf(points: readonly DocumentedPoint[]): CoverageReport {
  const are = (coverage: DocumentedPoint["coverage"]): number =>
    points.filter((point) => point.coverage === coverage).length;
  const lacking = points.filter(({ coverage }) => coverage !== "evidenced");
  return {
    points: points.length,
    evidenced: are("evidenced"),
    partly: are("partly"),
    human: are("human"),
    written: lacking.filter(({ written }) => written.length > 0).length,
    open: lacking.filter(({ written }) => written.length === 0).map(({ id }) => id),
  };
}
