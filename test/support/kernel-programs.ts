import type { ExpressionNode, PureFunction } from "../../src/contracts/expression.ts";
import { featureStatus } from "../../src/contracts/feature-reader.ts";
import { digestOf } from "../../src/core/digest.ts";
import type { Random } from "../../src/core/random.ts";
import {
  type ComputableCells,
  type InputCells,
  makeCells,
  type NumbersCells,
} from "../../src/features/kernel/cells.ts";
import type { Kind } from "../../src/features/kernel/operations/operation.ts";
import { operations } from "../../src/features/kernel/operations/operations.ts";
import { type Program, programOf } from "../../src/features/kernel/program.ts";

// Random programs over every operation, and cells of every kind, for what must give the same bits everywhere.

const numbers = [
  ...[0, -0, 1, -1, 0.5, -0.5, 2.5, -2.5, 0.49999999999999994, -0.999, 5e-324, -1e-320, 2.2250738585072014e-308],
  ...[1e308, -1.7976931348623157e308, NaN, Infinity, -Infinity, 2 ** 53, -(2 ** 53), 2 ** 31, 710, -745],
  ...[Date.UTC(9999, 11, 31, 23, 59, 59, 999), Date.UTC(1969, 11, 31), Date.UTC(1600, 1, 29), 8.64e15, -8.64e15, 1e22],
];
const texts = [
  ...[
    "",
    " ",
    "ATL",
    "atl",
    "a\u0130\u0131\u00df",
    "\u{1f600}",
    "x\u{1f600}y",
    "\ud83d",
    "\ude00",
    "\ude00\ud83d",
    "\u2003 \ta\n",
  ],
  ...[
    "12",
    "-0",
    "1e3",
    "1e999",
    "0x10",
    " 1",
    "true",
    "false",
    "NaN",
    "null",
    "__proto__",
    "\u0000",
    "e\u0301",
    "\ufeff",
  ],
];

/** A double: one of the hard ones, an integer, a decimal, an instant, or any bits at all. */
export function wildNumber(random: Random): number {
  const kind = random.int(6);
  if (kind < 2) return numbers[random.int(numbers.length)] ?? 0;
  if (kind === 2) return random.int(4000) - 2000;
  if (kind === 3) return (random.int(200_000) - 100_000) / 100;
  if (kind === 4) return Date.UTC(1900, 0, 1) + random.int(2 ** 31) * 4000 + random.int(1000);
  return random.normal() * 2 ** (random.int(200) - 100);
}

/** A text: one of the hard ones, or code units at random, surrogates among them. */
export function wildText(random: Random): string {
  if (random.int(3) > 0) return texts[random.int(texts.length)] ?? "";
  const units = Array.from({ length: random.int(6) }, () =>
    random.int(3) === 0 ? 0xd800 + random.int(0x800) : random.int(0x180),
  );
  return String.fromCharCode(...units);
}

/** Lists of few lengths, so that two of them often are alike; a third has no value, and is empty then. */
export function wildLists(random: Random, rows: number): NumbersCells {
  const statuses = Uint8Array.from({ length: rows }, () =>
    random.int(3) === 0 ? random.int(4) : featureStatus.present,
  );
  const values = Array.from(statuses, (status) =>
    Float64Array.from({ length: status === featureStatus.present ? random.int(4) : 0 }, () => wildNumber(random)),
  );
  return { kind: "numbers", values, statuses };
}

/** Cells of a kind; a third of them has no value, and the places of those hold something all the same. */
export function wildCells(kind: "number" | "text", random: Random, rows: number): ComputableCells {
  const cells = makeCells(kind === "text" ? "utf8" : "f64", rows);
  for (let i = 0; i < rows; i++) {
    cells.statuses[i] = random.int(3) === 0 ? random.int(4) : featureStatus.present;
    cells.values[i] = kind === "text" ? wildText(random) : wildNumber(random);
  }
  return cells;
}

const inputNames: { readonly [K in Kind]: readonly string[] } = {
  number: ["x", "y", "z"],
  text: ["s", "t"],
  list: ["u", "v"],
};

/** Whether an input of these programs is a text. */
export function isTextInput(name: string): boolean {
  return inputNames.text.includes(name);
}

/** Whether an input of these programs is a list. */
export function isListInput(name: string): boolean {
  return inputNames.list.includes(name);
}

const pureNumber: PureFunction = {
  version: "1",
  source: "",
  takes: [
    { tag: "f64", nullable: true },
    { tag: "utf8", nullable: true },
  ],
  gives: { tag: "f64", nullable: true },
  run: (x, text) => (String(text).length % 3 === 1 ? null : Number(x) * 2 - String(text).length),
};
const pureText: PureFunction = {
  ...pureNumber,
  gives: { tag: "utf8", nullable: false },
  run: (x, text) => `${text}${x}`,
};

/** The operations that give a kind. */
const giving: { readonly [K in Kind]: readonly string[] } = {
  number: Object.keys(operations).filter((op) => operations[op]?.gives !== "text"),
  text: Object.keys(operations).filter((op) => operations[op]?.gives !== "number"),
  list: [],
};

function leaf(kind: Kind, random: Random): ExpressionNode {
  if (kind !== "list" && random.int(3) === 0) {
    const number = wildNumber(random);
    return {
      op: "constant",
      value: kind === "text" ? wildText(random) : Number.isFinite(number) && number !== 0 ? number : 0,
    };
  }
  return { op: "input", name: inputNames[kind][random.int(inputNames[kind].length)] ?? "x" };
}

/** One operation on random operands. */
export function operationNode(op: string, kind: Kind, depth: number, random: Random): ExpressionNode {
  const { takes = [], rest, gives } = operations[op] ?? {};
  const same: Kind = gives === "same" ? kind : random.int(2) === 0 ? "number" : "text";
  const kinds = [...takes, ...(rest === undefined ? [] : Array.from({ length: 1 + random.int(3) }, () => rest))];
  return { op, args: kinds.map((each) => randomNode(each === "same" ? same : each, depth, random)) };
}

/** A random expression of a kind. */
export function randomNode(kind: Kind, depth: number, random: Random): ExpressionNode {
  if (depth === 0 || kind === "list" || random.int(6) === 0) return leaf(kind, random);
  if (random.int(20) === 0) {
    const pure = kind === "text" ? pureText : pureNumber;
    return { op: "pure", args: [randomNode("number", depth - 1, random), randomNode("text", depth - 1, random)], pure };
  }
  const op = giving[kind][random.int(giving[kind].length)] ?? "neg";
  return operationNode(op, kind, depth - 1, random);
}

/** A program of some random expressions; `kinds` are those of its outputs. */
export function randomProgram(random: Random, outputs: number, depth: number): Program {
  const nodes: { [name: string]: ExpressionNode } = {};
  for (let i = 0; i < outputs; i++)
    nodes[`out${i}`] = randomNode(random.int(4) === 0 ? "text" : "number", depth, random);
  return programOf(nodes, isTextInput, isListInput);
}

/** A program with one output for every operation and every kind that it gives, its operands being inputs or constants. */
export function everyOperation(random: Random): Program {
  const nodes: { [name: string]: ExpressionNode } = {};
  for (const kind of ["number", "text"] as const) {
    for (const op of giving[kind]) nodes[`${op} ${kind}`] = operationNode(op, kind, 0, random);
  }
  return programOf(nodes, isTextInput, isListInput);
}

/** Cells for a program's inputs. */
export function inputsOf(program: Program, random: Random, rows: number): readonly InputCells[] {
  return program.inputs.map((name) =>
    isListInput(name) ? wildLists(random, rows) : wildCells(isTextInput(name) ? "text" : "number", random, rows),
  );
}

/** Empty cells for a program's outputs. */
export function outputsOf(program: Program, rows: number): readonly ComputableCells[] {
  return program.outputs.map(({ register }) => makeCells(program.texts[register] === true ? "utf8" : "f64", rows));
}

/** A digest of cells: values to the bit (every NaN counts as the same) and statuses. */
export function digestOfCells(columns: readonly ComputableCells[]): string {
  const parts = columns.map((cells) => {
    const values =
      cells.kind === "text"
        ? JSON.stringify(cells.values)
        : digestOf(new Uint8Array(cells.values.map((value) => (Number.isNaN(value) ? Number.NaN : value)).buffer));
    return digestOf(cells.statuses) + values;
  });
  return digestOf(parts.join());
}
