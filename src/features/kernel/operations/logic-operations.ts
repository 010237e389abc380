import { featureStatus } from "../../../contracts/feature-reader.ts";
import { absenceOf } from "../cells.ts";
import { numeric, type Operation, type Value } from "./operation.ts";

const { present } = featureStatus;
const nothing = Number.NaN;

/** The operations that look at statuses, and those over any kind. In the texts, 1 is the status `present`. */
export const logicOperations: { readonly [op: string]: Operation } = {
  not: numeric(1, (a: number) => (a === 0 ? 1 : 0), "A === 0 ? 1 : 0"),
  xor: numeric(2, (a: number, b: number) => ((a === 0) === (b === 0) ? 0 : 1), "(A === 0) === (B === 0) ? 0 : 1"),
  and: {
    form: "status",
    takes: ["number", "number"],
    gives: "number",
    value: { text: "A !== 0 && B !== 0 ? 1 : 0", run: (_, [a, b]) => (a !== 0 && b !== 0 ? 1 : 0) },
    status: {
      text: "(SA === 1 && (SB === 1 || A === 0)) || (SB === 1 && B === 0) ? 1 : absence(SA, SB)",
      run: ([sa = 0, sb = 0], [a, b]) =>
        (sa === present && (sb === present || a === 0)) || (sb === present && b === 0) ? present : absenceOf(sa, sb),
    },
  },
  or: {
    form: "status",
    takes: ["number", "number"],
    gives: "number",
    value: { text: "A !== 0 || B !== 0 ? 1 : 0", run: (_, [a, b]) => (a !== 0 || b !== 0 ? 1 : 0) },
    status: {
      text: "(SA === 1 && (SB === 1 || A !== 0)) || (SB === 1 && B !== 0) ? 1 : absence(SA, SB)",
      run: ([sa = 0, sb = 0], [a, b]) =>
        (sa === present && (sb === present || a !== 0)) || (sb === present && b !== 0) ? present : absenceOf(sa, sb),
    },
  },
  eq: {
    form: "total",
    takes: ["same", "same"],
    gives: "number",
    make: () => (a, b) => (a === b ? 1 : 0),
    text: "A === B ? 1 : 0",
  },
  ne: {
    form: "total",
    takes: ["same", "same"],
    gives: "number",
    make: () => (a, b) => (a !== b ? 1 : 0),
    text: "A !== B ? 1 : 0",
  },
  isIn: {
    form: "total",
    takes: ["same"],
    rest: "same",
    gives: "number",
    make: () => isIn,
  },
  isNull: {
    form: "status",
    takes: ["same"],
    gives: "number",
    value: { text: "SA === 1 ? 0 : 1", run: ([sa]) => (sa === present ? 0 : 1) },
    status: { text: "1", run: () => present },
  },
  orElse: {
    form: "status",
    takes: ["same", "same"],
    gives: "same",
    value: { text: "SA === 1 ? A : B", run: ([sa], [a, b]) => (sa === present ? a : b) ?? nothing },
    status: { text: "SA === 1 ? 1 : SB", run: ([sa, sb = 0]) => (sa === present ? present : sb) },
  },
  when: {
    form: "status",
    takes: ["number", "same", "same"],
    gives: "same",
    value: {
      text: "SA === 1 && A !== 0 ? B : C",
      run: ([sa], [a, b, c]) => (sa === present && a !== 0 ? b : c) ?? nothing,
    },
    status: {
      text: "SA === 1 && A !== 0 ? SB : SC",
      run: ([sa, sb, sc], [a]) => (sa === present && a !== 0 ? sb : sc) ?? 0,
    },
  },
  nullIf: { form: "partial", takes: ["same", "same"], gives: "same", make: () => (a, b) => (a === b ? null : a) },
};

function isIn(...values: Value[]): number {
  return values.indexOf(values[0] ?? nothing, 1) > 0 ? 1 : 0;
}
