import { featureStatus } from "../../src/contracts/feature-reader.ts";
import type { ViewDefinition } from "../../src/contracts/feature-definition.ts";
import { seededRandom } from "../../src/core/random.ts";
import { nullable, onDemand, request, t, when } from "../../src/features/index.ts";
import { type ComputableCells, makeCells } from "../../src/features/kernel/cells.ts";
import { outputCells, outputTags } from "../../src/features/kernel/computable-cells.ts";
import { compileProgram } from "../../src/features/kernel/compile-program.ts";
import { interpretProgram } from "../../src/features/kernel/interpret-program.ts";
import { makeKernel } from "../../src/features/kernel/kernel.ts";
import { type Program, programOf } from "../../src/features/kernel/program.ts";
import { bestMs, keep, onceMs } from "../measure.ts";
import { report } from "../report.ts";

// The kernel: cell operations per second over a batch, and the time of one request with twenty expressions.

const bench = "features";
const rows = 1_000_000;
const kernel = makeKernel();
const random = seededRandom("kernel");

const fields = request({ a: t.float64, b: t.float64, c: nullable(t.float64), at: t.instant, city: t.utf8 });

/** Twelve operations a row: arithmetic, comparison, logic, a conditional and null handling. */
const simple = onDemand("simple", {
  inputs: [fields],
  features: ({ a, b, c }) => ({
    ratio: a.mul(b).sub(3).div(b.add(1)),
    capped: a.min(b).max(0).abs(),
    flag: a.gt(b).and(b.ge(2)),
    filled: c.orElse(7).add(a),
    branch: when(a.lt(b)).then(a).otherwise(b),
  }),
});

const twenty = onDemand("twenty", {
  inputs: [fields],
  features: ({ a, b, c, at, city }) => ({
    ratio: a.div(b.add(1)),
    log: a.log1p(),
    root: b.abs().sqrt(),
    power: b.abs().pow(0.3),
    wave: a.sin(),
    filled: c.orElse(0),
    none: c.isNull(),
    capped: a.clamp(-10, 10),
    bucket: a.bucket([0, 1, 10, 100]),
    rounded: b.round(),
    hour: at.hour(),
    weekday: at.weekday(),
    month: at.month(),
    weekend: at.isWeekend(),
    atlanta: city.eq("ATL"),
    hashed: city.hash(1024),
    length: city.length(),
    hub: city.isIn(["ATL", "ORD", "DFW"]),
    branch: when(a.gt(b)).then(a).otherwise(b),
    flag: a.gt(1).or(b.lt(0)),
  }),
});

function programOfView(view: ViewDefinition): Program {
  if (view.body.kind !== "onDemand") throw new Error("an on-demand view expected");
  return programOf(view.body.expressions, (name) => name === "city");
}

function inputsOf(program: Program, length: number): readonly ComputableCells[] {
  return program.inputs.map((name) => {
    const cells = makeCells(name === "city" ? "utf8" : "f64", length);
    for (let i = 0; i < length; i++) {
      cells.statuses[i] = name === "c" && random.int(4) === 0 ? featureStatus.null : featureStatus.present;
      cells.values[i] =
        name === "city"
          ? `A${random.int(300)}`
          : name === "at"
            ? 1e12 + random.int(2 ** 31) * 100
            : random.normal() * 9;
    }
    return cells;
  });
}

/** Prints the kernel's figures. */
export async function benchKernel(): Promise<void> {
  const program = programOfView(simple);
  const operations = program.steps.filter((step) => step.kind === "operation").length;
  const inputs = inputsOf(program, rows);
  const outputs = outputCells(outputTags(simple.features), rows);
  const run = compileProgram(program, kernel);
  run(rows, inputs, outputs);
  const batchMs = await bestMs(() => run(rows, inputs, outputs), 5);
  report({
    bench,
    case: `kernel, batch: ${operations} simple operations × 1M rows, a quarter of one input null`,
    value: (operations * rows * 1000) / batchMs,
    unit: "cell operations/s",
    atLeast: 100e6,
  });
  const interpreted = interpretProgram(program, kernel);
  const few = 100_000;
  const interpretMs = await bestMs(() => interpreted(few, inputs, outputs), 2);
  report({
    bench,
    case: "kernel, batch: the same by the interpreter",
    value: (operations * few * 1000) / interpretMs,
    unit: "cell operations/s",
  });
  await benchRequest();
}

async function benchRequest(): Promise<void> {
  const program = programOfView(twenty);
  const compiled = compileProgram(program, kernel);
  const requests = Array.from({ length: 1000 }, () => inputsOf(program, 1));
  const turns = 50;
  const tags = outputTags(twenty.features); // known when the service is planned
  const given = outputCells(tags, 1);
  for (const [name, run, into, atMost] of [
    ["output cells made, compiled", compiled, undefined, 5],
    ["into given cells, compiled", compiled, given, 5],
    ["output cells made, interpreted", interpretProgram(program, kernel), undefined, undefined],
  ] as const) {
    const serve = (): void => {
      for (const inputs of requests) {
        const outputs = into ?? outputCells(tags, 1);
        run(1, inputs, outputs);
        keep(Number(outputs[0]?.values[0]));
      }
    };
    for (let i = 0; i < 20; i++) serve();
    let best = Number.POSITIVE_INFINITY;
    for (let i = 0; i < turns; i++) best = Math.min(best, await onceMs(serve));
    report({
      bench,
      case: `kernel, one request: 20 expressions, ${name}`,
      value: (best * 1000) / requests.length,
      unit: "µs",
      ...(atMost === undefined ? {} : { atMost }),
    });
  }
}
