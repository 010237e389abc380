import assert from "node:assert/strict";
import { featureStatus } from "../../../src/contracts/feature-reader.ts";
import type { Expression, InstantExpression, NumberExpression } from "../../../src/contracts/expression.ts";
import { digestOf } from "../../../src/core/digest.ts";
import { type Random, seededRandom } from "../../../src/core/random.ts";
import { compileProgram } from "../../../src/features/kernel/compile-program.ts";
import { inputExpression } from "../../../src/features/kernel/expressions/expression-of.ts";
import { interpretProgram } from "../../../src/features/kernel/interpret-program.ts";
import { type Cells, makeCells, type NumberCells } from "../../../src/features/kernel/cells.ts";
import { makeKernel } from "../../../src/features/kernel/kernel.ts";
import { programOf } from "../../../src/features/kernel/program.ts";
import { ExactSum } from "../../../src/stats/sums/exact-sum.ts";
import { roundedSum } from "../../../src/stats/sums/rounded-sum.ts";
import type { RuntimeCase } from "../runtime-case.ts";

/** Doubles of every kind: integers, decimals, all magnitudes, the special ones. */
function wild(random: Random): number {
  const kind = random.int(6);
  if (kind === 0) return [0, -0, Number.NaN, Infinity, -Infinity, 5e-324, Number.MAX_VALUE, 1][random.int(8)] ?? 0;
  if (kind === 1) return random.int(4000) - 2000;
  if (kind === 2) return (random.int(200_000) - 100_000) / 100;
  if (kind === 3) return Date.UTC(2001, 0, 1) + random.int(2 ** 31) * 1000;
  return random.normal() * 2 ** (random.int(200) - 100);
}

function wildCells(random: Random, rows: number): NumberCells {
  const cells: NumberCells = { kind: "number", values: new Float64Array(rows), statuses: new Uint8Array(rows) };
  for (let i = 0; i < rows; i++) {
    const status = random.int(4) === 0 ? random.int(4) : featureStatus.present;
    cells.statuses[i] = status;
    cells.values[i] = status === featureStatus.present ? wild(random) : Number.NaN;
  }
  return cells;
}

/** Every operation that expressions have, on nullable inputs. */
function everyOperation(): { readonly [name: string]: Expression["node"] } {
  const a = inputExpression("a", { tag: "f64", nullable: true }) as NumberExpression<true>;
  const b = inputExpression("b", { tag: "f64", nullable: true }) as NumberExpression<true>;
  const at = inputExpression("at", { tag: "instant", nullable: true }) as InstantExpression<true>;
  const all: { readonly [name: string]: Expression } = {
    add: a.add(b),
    sub: a.sub(b),
    mul: a.mul(b),
    div: a.div(b.add(1)),
    min: a.min(b),
    max: a.max(b),
    gt: a.gt(b),
    logic: a.ge(b).and(b.lt(3)).or(a.le(-2).not()),
    eq: a.eq(b),
    number: a.lt(b).toNumber(),
    abs: a.abs(),
    neg: a.neg(),
    sqrt: a.sqrt(),
    floor: a.floor(),
    log1p: a.log1p(),
    none: a.isNull(),
    orElse: a.orElse(7),
    hour: at.hour(),
    weekday: at.weekday(),
    mixed: a.mul(b).div(a.abs().add(0.1)).log1p().add(b.sqrt().orElse(0.3)),
  };
  return Object.fromEntries(Object.entries(all).map(([name, { node }]) => [name, node]));
}

/** A digest of cells' bits; every NaN counts as the same. */
function cellsDigest(columns: readonly Cells[]): string {
  return digestOf(
    columns
      .map(({ values, statuses }) => {
        const bits = Float64Array.from<number | string>(values, (value) =>
          Number.isNaN(value) ? Number.NaN : Number(value),
        );
        return digestOf(new Uint8Array(bits.buffer)) + digestOf(statuses);
      })
      .join(),
  );
}

function sumBits(value: number): string {
  return digestOf(new Uint8Array(Float64Array.of(value).buffer));
}

/** The kernel of features: the same cells, bit for bit, compiled or interpreted, on every runtime. */
export const cases: readonly RuntimeCase[] = [
  {
    name: "kernel: 200,000 expression cells have the same bits, compiled and interpreted",
    run: () => {
      const rows = 10_000;
      const program = programOf(everyOperation(), () => false);
      const random = seededRandom("cells");
      const inputs = program.inputs.map(() => wildCells(random, rows));
      const kernel = makeKernel();
      const [compiled, interpreted] = [compileProgram, interpretProgram].map((make) => {
        const outputs = program.outputs.map(() => makeCells("f64", rows));
        make(program, kernel)(rows, inputs, outputs);
        return cellsDigest(outputs);
      });
      assert.equal(compiled, interpreted);
      return compiled;
    },
  },
  {
    name: "kernel: the portable functions have the same bits",
    run: () => {
      const kernel = makeKernel();
      const functions: readonly ((x: number, y: number) => number)[] = [
        ...[kernel.exp, kernel.expm1, kernel.log, kernel.log1p, kernel.log2, kernel.log10, kernel.pow, kernel.sin],
        ...[kernel.cos, kernel.tan, kernel.asin, kernel.acos, kernel.atan, kernel.atan2, kernel.sinh, kernel.cosh],
        ...[kernel.tanh, kernel.cbrt, kernel.hypot],
      ];
      const random = seededRandom("functions");
      assert.equal(kernel.log1p(1), Math.LN2);
      return digestOf(
        functions
          .map((each) => {
            const values = Float64Array.from({ length: 20_000 }, (_, i) => {
              const narrow = i % 3 === 0 ? random.next() * 2 - 1 : wild(random);
              const value = each(narrow, i % 2 === 0 ? wild(random) : random.next() * 9);
              return Number.isNaN(value) ? Number.NaN : value;
            });
            return digestOf(new Uint8Array(values.buffer));
          })
          .join(),
      );
    },
  },
  {
    name: "kernel: an exact sum has the same bits in any order",
    run: () => {
      const random = seededRandom("sum");
      const values = Float64Array.from({ length: 20_000 }, () => random.normal() * 2 ** (random.int(120) - 60));
      const sums = [values, values.toReversed(), random.shuffle(values.slice())].map((ordered) => {
        const sum = new ExactSum();
        for (const value of ordered) sum.add(value);
        assert.equal(roundedSum(Array.from(ordered)), sum.value());
        return sum.value();
      });
      assert.equal(sums[1], sums[0]);
      assert.equal(sums[2], sums[0]);
      return sumBits(sums[0] ?? 0);
    },
  },
];
