import { durationText } from "../../core/duration.ts";
import { textTable } from "../text-table.ts";
import type { DurationFigure, ShareFigure } from "./case-figures.ts";
import type { DeliveryFigures } from "./delivery-record.ts";

/** Hours for a person. */
export function hoursText(hours: number): string {
  return durationText(hours * 3_600_000);
}

/** A share for a person, in percent. */
export function percentText(share: number): string {
  return `${Number((share * 100).toPrecision(3))}%`;
}

/** Delivery figures as lines. */
export function deliveryText(figures: DeliveryFigures): string {
  const { period, humanAction, sustained, deploymentsPerWeek } = figures;
  const span = period === null ? "nothing recorded" : `${dayOf(period.fromMs)} to ${dayOf(period.toMs)}`;
  const human = `${humanAction.acts} acts of ${humanAction.actors} people in ${humanAction.sittings} sittings`;
  const rows = [
    ["lead time, registered → production", durationCell(figures.leadTime)],
    ["deployments", `${figures.deployments}, ${perWeekCell(deploymentsPerWeek)}`],
    ["promotions refused by gates", shareCell(figures.gateRefusalRate)],
    ["versions rolled back, of those users met", shareCell(figures.rollbackRate)],
    ["time to detect degradation", durationCell(figures.timeToDetect)],
    ["time to restore", `${durationCell(figures.timeToRestore)}${openCell(figures.openAlerts)}`],
    [
      `models in sustained production (${durationText(sustained.sustainedForMs)})`,
      `${shareCell(sustained)}${sustained.tooYoung === 0 ? "" : `, ${sustained.tooYoung} too young to tell`}`,
    ],
    ["human action on record", `${hoursText(humanAction.hours)} (${human})`],
  ];
  return [`Delivery of ${figures.model ?? "all models"}, ${span}:`, ...textTable(rows).map((line) => `  ${line}`)].join(
    "\n",
  );
}

/** Quantiles, as far as there are any. */
export function durationCell({ cases, p50Hours, p90Hours, note }: DurationFigure): string {
  const known = [
    ...(p50Hours === undefined ? [] : [`p50 ${hoursText(p50Hours)}`]),
    ...(p90Hours === undefined ? [] : [`p90 ${hoursText(p90Hours)}`]),
  ];
  if (known.length === 0) return `not enough (${note ?? `${cases} cases`})`;
  return `${known.join(", ")} (${note ?? `${cases} cases`})`;
}

/** A share with its interval, if there are enough cases. */
export function shareCell({ count, of, share, lower, upper, note }: ShareFigure): string {
  if (share === undefined) return `${count} of ${of} (${note ?? "not enough"})`;
  const interval =
    lower === undefined || upper === undefined ? "" : `, 95%: ${percentText(lower)} to ${percentText(upper)}`;
  return `${percentText(share)} (${count} of ${of}${interval})`;
}

/** A frequency, where the period is long enough for one. */
export function perWeekCell(perWeek: number | undefined): string {
  return perWeek === undefined ? "less than a week: no frequency" : `${Number(perWeek.toPrecision(2))} a week`;
}

function openCell(open: number): string {
  return open === 0 ? "" : `, ${open} open`;
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
