import assert from "node:assert/strict";
import { digestOf } from "../../../src/core/digest.ts";
import { seededRandom } from "../../../src/core/random.ts";
import { compileProgram } from "../../../src/features/kernel/compile-program.ts";
import { interpretProgram } from "../../../src/features/kernel/interpret-program.ts";
import { makeKernel } from "../../../src/features/kernel/kernel.ts";
import { ExactSum } from "../../../src/stats/sums/exact-sum.ts";
import { roundedSum } from "../../../src/stats/sums/rounded-sum.ts";
import {
  digestOfCells,
  everyOperation,
  inputsOf,
  outputsOf,
  randomProgram,
  wildNumber,
} from "../../support/kernel-programs.ts";
import type { RuntimeCase } from "../runtime-case.ts";

const kernel = makeKernel();

function sumBits(value: number): string {
  return digestOf(new Uint8Array(Float64Array.of(value).buffer));
}

/** The kernel of features: the same cells, bit for bit, compiled or interpreted, on every runtime. */
export const cases: readonly RuntimeCase[] = [
  {
    name: "kernel: a million cells over every operation have the same bits, compiled and interpreted",
    run: () => {
      const random = seededRandom("cells");
      const rows = 300;
      const digests: string[] = [];
      let cells = 0;
      for (let p = 0; cells < 1_000_000; p++) {
        const program = p % 4 === 0 ? everyOperation(random) : randomProgram(random, 12, 4);
        const inputs = inputsOf(program, random, rows);
        const [compiled, interpreted] = [compileProgram, interpretProgram].map((make) => {
          const outputs = outputsOf(program, rows);
          make(program, kernel)(rows, inputs, outputs);
          return digestOfCells(outputs);
        });
        assert.equal(compiled, interpreted);
        digests.push(compiled ?? "");
        cells += rows * program.outputs.length;
      }
      return digestOf(digests.join());
    },
  },
  {
    name: "kernel: the portable functions have the same bits",
    run: () => {
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
              const narrow = i % 3 === 0 ? random.next() * 2 - 1 : wildNumber(random);
              const value = each(narrow, i % 2 === 0 ? wildNumber(random) : random.next() * 9);
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
