import { requireMade } from "../../core/known-arguments.ts";
import { requireOptions } from "../../core/known-options.ts";
import { markdownTable, textTable } from "../text-table.ts";
import { printable } from "../../core/printable.ts";
import {
  type DurationFigure,
  durationFigure,
  type FewestCases,
  fewestCases,
  type ShareFigure,
  shareFigure,
} from "./case-figures.ts";
import type { DeliveryFigures } from "./delivery-record.ts";
import { durationCell, hoursText, perWeekCell, shareCell } from "./delivery-text.ts";
import type { ManualBaseline, ManualDeployment } from "./manual-baseline.ts";

/** One figure, before and after. */
export interface DeliveryChange {
  readonly figure: string;
  /** What is measured: hours, a share in [0, 1], or deployments a week. */
  readonly unit: "hours" | "share" | "perWeek";
  /** `null` = not known, or of too few cases; `beforeText` says which. */
  readonly before: number | null;
  readonly after: number | null;
  readonly beforeText: string;
  readonly afterText: string;
  /** After, minus before; `null` where one is missing, or where they are not measured alike. */
  readonly difference: number | null;
  readonly changeText: string;
  /** Why two known values are not compared; absent where they are. */
  readonly note?: string;
}

/** Delivery before and after; printing it shows the table. */
export interface DeliveryComparison {
  readonly schema: 1;
  readonly changes: readonly DeliveryChange[];
  /** What the table is made of. */
  readonly after: DeliveryFigures;
  readonly before: ManualBaseline | null;
}

const figuresMade = {
  what: "delivery figures",
  by: "deliveryFigures() works them out",
  members: { deployments: "number", leadTime: "object", humanAction: "object", sustained: "object" },
} as const;

const baselineMade = {
  what: "a baseline (or null)",
  by: "readBaseline() reads it",
  members: { deployments: "list" },
} as const;

const comparisonMade = {
  what: "a comparison",
  by: "compareDelivery() makes it",
  members: { changes: "list" },
} as const;

/**
 * Sets delivery figures beside how it was before: a table before / after / change, each figure with its number of cases. Without a baseline the column before says so.
 * The two columns are not alike: before is what people remember, after is what was recorded.
 *
 * @example
 * ```ts
 * import { compareDelivery, deliveryFigures, deliveryMarkdown, readBaseline } from "sluice/workflows";
 * const before = readBaseline("name,leadTimeHours\na,500\nb,700\nc,900");
 * const table = compareDelivery(deliveryFigures([]), before);
 * if (!deliveryMarkdown(table).includes("p50 29.2d")) throw new Error("the median of before expected");
 * ```
 */
export function compareDelivery(
  after: DeliveryFigures,
  before: ManualBaseline | null,
  options: { readonly fewest?: Partial<FewestCases> } = {},
): DeliveryComparison {
  requireOptions("compareDelivery()", options, { fewest: "optional" });
  requireMade("compareDelivery()", after, figuresMade);
  if (before !== null) requireMade("compareDelivery()", before, baselineMade);
  const fewest = { ...fewestCases, ...options.fewest };
  const then = (field: "leadTimeHours" | "restoreHours" | "detectHours" | "humanHours"): DurationFigure | null =>
    before === null ? null : durationFigure(valuesOf(before.deployments, field), fewest);
  const humanAfter = after.deployments === 0 ? null : after.humanAction.hours / after.deployments;
  const human = then("humanHours");
  const changes = [
    durationChange("Lead time, registered → production", then("leadTimeHours"), after.leadTime),
    change("Deployments a week", "perWeek", frequencyBefore(before), {
      value: after.deploymentsPerWeek ?? null,
      text: perWeekCell(after.deploymentsPerWeek),
    }),
    shareChange("Promotions refused by gates", null, after.gateRefusalRate),
    shareChange("Versions rolled back", rolledBackBefore(before, fewest), after.rollbackRate),
    durationChange("Time to detect degradation", then("detectHours"), after.timeToDetect),
    durationChange("Time to restore", then("restoreHours"), after.timeToRestore),
    shareChange("Models in sustained production", sustainedBefore(before, fewest), after.sustained),
    unlike(
      change("Human hours a deployment", "hours", workSide(human), {
        value: humanAfter,
        text: humanAfter === null ? "no deployment" : `${workText(humanAfter)} of recorded acts, at the mean`,
      }),
      unlikeHours,
    ),
  ];
  const comparison: DeliveryComparison = { schema: 1, changes, after, before };
  return printable(comparison, () => [...textTable(rowsOf(comparison)), ...noteLines(comparison)].join("\n"));
}

/** The table before / after / change as Markdown. */
export function deliveryMarkdown(comparison: DeliveryComparison): string {
  requireMade("deliveryMarkdown()", comparison, comparisonMade);
  const notes = noteLines(comparison);
  return [...markdownTable(rowsOf(comparison)), ...(notes.length === 0 ? [] : ["", ...notes])].join("\n");
}

function noteLines({ changes }: DeliveryComparison): readonly string[] {
  return changes.flatMap(({ figure, note }) => (note === undefined ? [] : [`${figure}: ${note}.`]));
}

function rowsOf({ changes }: DeliveryComparison): readonly (readonly string[])[] {
  const rows = changes.map(({ figure, beforeText, afterText, changeText }) => [
    figure,
    beforeText,
    afterText,
    changeText,
  ]);
  return [["Figure", "Before", "After", "Change"], ...rows];
}

interface Side {
  readonly value: number | null;
  readonly text: string;
}

function side(figure: DurationFigure | null): Side {
  if (figure === null || figure.cases === 0) return notRecorded;
  return { value: figure.p50Hours ?? null, text: durationCell(figure) };
}

/** Work is told in hours: 40 of them are a week, not 1.7 days. */
function workSide(figure: DurationFigure | null): Side {
  if (figure?.p50Hours === undefined) return side(figure);
  return {
    value: figure.p50Hours,
    text: `${workText(figure.p50Hours)} remembered, at the median (${figure.cases} cases)`,
  };
}

function workText(hours: number): string {
  return `${Number(hours.toPrecision(3))} h`;
}

const notRecorded: Side = { value: null, text: "not recorded" };

function durationChange(figure: string, before: DurationFigure | null, after: DurationFigure): DeliveryChange {
  return change(figure, "hours", side(before), { value: after.p50Hours ?? null, text: durationCell(after) });
}

function shareChange(figure: string, before: ShareFigure | null, after: ShareFigure): DeliveryChange {
  const then = before === null ? notRecorded : { value: before.share ?? null, text: shareCell(before) };
  return change(figure, "share", then, { value: after.share ?? null, text: shareCell(after) });
}

function change(figure: string, unit: DeliveryChange["unit"], before: Side, after: Side): DeliveryChange {
  const difference = before.value === null || after.value === null ? null : after.value - before.value;
  return {
    figure,
    unit,
    before: before.value,
    after: after.value,
    beforeText: before.text,
    afterText: after.text,
    difference,
    changeText: difference === null ? "–" : changeOf(unit, before.value ?? 0, after.value ?? 0),
  };
}

const unlikeHours =
  "not compared: before is all the work that people remember, after the acts on record alone, without work that leaves no record";

/** Both values, and no difference between them: they do not measure the same. */
function unlike(changed: DeliveryChange, note: string): DeliveryChange {
  return changed.difference === null ? changed : { ...changed, difference: null, changeText: "–", note };
}

function changeOf(unit: DeliveryChange["unit"], before: number, after: number): string {
  if (unit === "share") return `${signed(Number(((after - before) * 100).toPrecision(3)))} points`;
  if (before === 0) return unit === "hours" ? `+${hoursText(after)}` : `+${after}`;
  return `${signed(Math.round((after / before - 1) * 100))}%`;
}

function signed(value: number): string {
  return value > 0 ? `+${value}` : String(value).replace("-", "−");
}

function valuesOf(
  deployments: readonly ManualDeployment[],
  field: "leadTimeHours" | "restoreHours" | "detectHours" | "humanHours",
): readonly number[] {
  return deployments.flatMap((one) => (one[field] === undefined ? [] : [one[field]]));
}

/** From the first to the last of them, which bound the others: so it takes three. */
function frequencyBefore(before: ManualBaseline | null): Side {
  const times = (before?.deployments ?? []).flatMap(({ deployedMs }) => (deployedMs === undefined ? [] : [deployedMs]));
  const weeks = (Math.max(...times) - Math.min(...times)) / 604_800_000;
  if (times.length < 3 || !(weeks > 0)) return notRecorded;
  const perWeek = (times.length - 1) / weeks;
  return { value: perWeek, text: `${perWeekCell(perWeek)} (${times.length} deployments)` };
}

function rolledBackBefore(before: ManualBaseline | null, fewest: FewestCases): ShareFigure | null {
  const known = (before?.deployments ?? []).filter(({ rolledBack }) => rolledBack !== undefined);
  return known.length === 0
    ? null
    : shareFigure(known.filter(({ rolledBack }) => rolledBack).length, known.length, fewest);
}

function sustainedBefore(before: ManualBaseline | null, fewest: FewestCases): ShareFigure | null {
  return before?.models === undefined ? null : shareFigure(before.models.inProduction, before.models.made, fewest);
}
