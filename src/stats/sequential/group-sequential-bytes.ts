import { alternatives } from "../alternative.ts";
import { SummaryReader } from "../bytes/summary-reader.ts";
import { SummaryWriter } from "../bytes/summary-writer.ts";
import type { ErrorSpending } from "./error-spending.ts";
import {
  type GroupSequentialLook,
  type GroupSequentialOptions,
  requireFractions,
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
  reader.require(
    zs.every((z) => Math.abs(z) <= 37),
    "impossible boundaries",
  );
  reader.require(found === undefined || (found >= 0 && found <= 1), `a p-value of ${pValue}`);
  if (fractions.length > 0) requireFractions(fractions);
  return { options, minimumEvents, looks, crossed: crossed === 1, pValue: found };
}

function spendingOf(family: number, shape: number): ErrorSpending | undefined {
  if (family <= 1) return shape !== 0 ? undefined : family === 0 ? "obrien-fleming" : "pocock";
  if (family === 2) return { family: "power", exponent: shape };
  return family === 3 ? { family: "hwang-shih-decani", gamma: shape } : undefined;
}
