import { alternatives } from "../alternative.ts";
import { SummaryReader } from "../bytes/summary-reader.ts";
import { SummaryWriter } from "../bytes/summary-writer.ts";
import type { ErrorSpending } from "./error-spending.ts";
import {
  type GroupSequentialLook,
  type GroupSequentialOptions,
  groupSequentialBoundary,
} from "./group-sequential-boundary.ts";

/** A test with planned looks, as its bytes hold it. */
export interface GroupSequentialState {
  readonly options: Required<GroupSequentialOptions>;
  readonly minimumEvents: number;
  readonly looks: readonly Pick<GroupSequentialLook, "fraction" | "z">[];
  readonly crossed: boolean;
  readonly pValue: number | undefined;
}

const kind = "GRPS";
/** Stands for a p-value that there is not yet. */
const noPValue = 2;
/** Version 1 had no minimum: such a test goes on with the default. */
const minimumOfVersion1 = 10;

/** The bytes of a state: equal states give equal bytes. */
export function groupSequentialBytes({
  options,
  minimumEvents,
  looks,
  crossed,
  pValue,
}: GroupSequentialState): Uint8Array {
  const { alternative, alpha, spending } = options;
  const writer = new SummaryWriter(kind, 2);
  writer.u8(alternatives.indexOf(alternative));
  writer.f64(alpha);
  if (typeof spending === "string") writer.u8(spending === "obrien-fleming" ? 0 : 1);
  else writer.u8(spending.family === "power" ? 2 : 3);
  writer.f64(typeof spending === "string" ? 0 : spending.family === "power" ? spending.exponent : spending.gamma);
  writer.count(minimumEvents);
  writer.f64s(looks.map(({ fraction }) => fraction));
  writer.f64s(looks.map(({ z }) => z));
  writer.u8(crossed ? 1 : 0);
  writer.f64(pValue ?? noPValue);
  return writer.finish();
}

/** Reads what {@link groupSequentialBytes} wrote. Throws `argument/invalid` for anything else. */
export function groupSequentialStateOf(bytes: Uint8Array): GroupSequentialState {
  const reader = new SummaryReader(bytes, kind, 2);
  const alternative = alternatives[reader.u8()];
  const alpha = reader.f64();
  const spending = spendingOf(reader.u8(), reader.f64());
  const minimumEvents = reader.version === 1 ? minimumOfVersion1 : reader.count();
  const [fractions, zs] = [reader.f64s(), reader.f64s()];
  const [crossed, pValue] = [reader.u8(), reader.f64()];
  reader.end();
  const options = { alternative: alternative ?? "two-sided", alpha, spending: spending ?? "pocock" };
  const looks = Array.from(fractions, (fraction, i) => ({ fraction, z: zs[i] as number }));
  const found = pValue === noPValue ? undefined : pValue;
  reader.require(alternative !== undefined && spending !== undefined, "an unknown alternative or spending");
  reader.require(fractions.length === zs.length && crossed <= 1, "parts that do not belong together");
  const state = { options, minimumEvents, looks, crossed: crossed === 1, pValue: found };
  const fault = faultOf(state);
  reader.require(fault === undefined, String(fault));
  return state;
}

/** What a test cannot have said, if there is such a thing. Throws `argument/invalid` for impossible options and fractions. */
function faultOf({ options, looks, crossed, pValue }: GroupSequentialState): string | undefined {
  if (looks.length === 0) return crossed || pValue !== undefined ? "an answer before the first look" : undefined;
  const fractions = looks.map(({ fraction }) => fraction);
  const planned = groupSequentialBoundary(fractions, options);
  // Of another engine they may differ in the last bits.
  if (!planned.every(({ z }, i) => Math.abs((looks[i]?.z ?? Number.NaN) - z) <= 1e-6)) return "other boundaries";
  const { fraction, alphaSpent } = planned[planned.length - 1] as GroupSequentialLook;
  if (pValue === undefined) return crossed || fraction >= 1 ? "an answer without a p-value" : undefined;
  // Beyond 37 standard errors a p-value need not be 0, though nothing that can be told from 0 is spent.
  const most = Math.max(alphaSpent * (1 + 1e-9), 1e-290);
  const possible = crossed ? pValue >= 0 && pValue <= most : fraction >= 1 && pValue > options.alpha && pValue <= 1;
  return possible ? undefined : `a p-value of ${pValue}`;
}

function spendingOf(family: number, shape: number): ErrorSpending | undefined {
  if (family <= 1) return shape !== 0 ? undefined : family === 0 ? "obrien-fleming" : "pocock";
  if (family === 2) return { family: "power", exponent: shape };
  return family === 3 ? { family: "hwang-shih-decani", gamma: shape } : undefined;
}
