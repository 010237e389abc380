import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { glob } from "node:fs/promises";
import type { Answer, Comparison, Family, Input } from "../bench/oracle/comparison.ts";
import { worstError } from "../bench/oracle/judge.ts";
import { seededRandom } from "../src/core/random.ts";
import { type Check, runChecks } from "./checks.ts";
import { counted, countLine, report } from "./counts.ts";
import { root } from "./entries.ts";

// `npm run oracle -- <family> …` compares src/stats with scipy, mpmath and scikit-learn over drawn inputs (bench/oracle/); without a
// name, all families. `--seed=N` draws others. Python is SLUICE_PYTHON, else the one in .oracle/, else `python3`.

const folder = `${root}bench/oracle/`;

/** A Python that has what `bench/oracle/requirements.txt` lists, or undefined. */
function python(): string | undefined {
  const own = `${root}.oracle/bin/python`;
  const candidates = [process.env["SLUICE_PYTHON"], existsSync(own) ? own : undefined, "python3"];
  return candidates.find(
    (each) => each !== undefined && spawnSync(each, ["-c", "import scipy, mpmath, sklearn"]).status === 0,
  );
}

/** JSON for the oracle: what JSON has no number for travels as `{ special }`. */
function sent(value: Input): unknown {
  if (typeof value === "number" && !Number.isFinite(value)) {
    return { special: Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf" };
  }
  if (value instanceof Float64Array) return Array.from(value, sent);
  if (Array.isArray(value)) return value.map(sent);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, sent(each as Input)]));
  }
  return value;
}

function received(answer: Readonly<Record<string, unknown>> | null): Answer | null {
  if (answer === null) return null;
  const special: Readonly<Record<string, number>> = { nan: Number.NaN, inf: Infinity, "-inf": -Infinity };
  const number = (value: unknown): number =>
    typeof value === "number" ? value : (special[(value as { special: string }).special] ?? Number.NaN);
  return Object.fromEntries(Object.entries(answer).map(([key, value]) => [key, number(value)]));
}

/** What the oracle answers to all comparisons of a family, asked in one go: Python takes seconds to load scipy. */
function answersOf(program: string, family: Family, seed: string): readonly Drawn[] {
  const drawn = family.comparisons.map((each) => {
    const random = seededRandom(`${seed}/${family.name}/${each.name}`);
    return Array.from({ length: each.draws ?? 250 }, (_, index) => each.draw(random, index));
  });
  const requests = family.comparisons.flatMap((each, c) =>
    (drawn[c] ?? []).map((inputs) => ({ peer: each.peer, inputs: sent(inputs) })),
  );
  const asked = spawnSync(program, [`${folder}python/serve.py`, family.name], {
    input: JSON.stringify(requests),
    encoding: "utf8",
    maxBuffer: 2 ** 30,
  });
  if (asked.status !== 0) throw new Error(asked.stderr || String(asked.error));
  const answers = JSON.parse(asked.stdout) as Record<string, unknown>[];
  let from = 0;
  return drawn.map((inputs) => {
    from += inputs.length;
    return { inputs, answers: answers.slice(from - inputs.length, from) };
  });
}

interface Drawn {
  readonly inputs: readonly Readonly<Record<string, Input>>[];
  readonly answers: readonly (Readonly<Record<string, unknown>> | null)[];
}

function checksOf(program: string, family: Family, seed: string): readonly Check[] {
  let asked: readonly Drawn[] | undefined;
  return family.comparisons.map((each, c) => ({
    name: `${family.name}: ${each.name}`,
    run: () => {
      asked ??= answersOf(program, family, seed);
      return judged(each, asked[c] as Drawn);
    },
  }));
}

function judged(each: Comparison, { inputs, answers }: Drawn): string {
  let worst = { error: 0, index: 0 };
  inputs.forEach((drawn, index) => {
    const answer = answers[index] ?? null;
    if (typeof answer?.["raised"] === "string") throw new Error(`${answer["raised"]} for ${shown(drawn)}`);
    const error = worstError(each.ours(drawn), received(answer), each);
    if (error > worst.error) worst = { error, index };
  });
  if (worst.error > each.tolerance) {
    const drawn = inputs[worst.index] as Readonly<Record<string, Input>>;
    throw new Error(
      `relative error ${worst.error} above ${each.tolerance} for ${shown(drawn)}\n` +
        `  ours   ${JSON.stringify(each.ours(drawn))}\n  theirs ${JSON.stringify(answers[worst.index])}`,
    );
  }
  return `${inputs.length} inputs, worst relative error ${worst.error.toExponential(1)}`;
}

function shown(drawn: Readonly<Record<string, Input>>): string {
  return JSON.stringify(sent(drawn)).slice(0, 2000);
}

const asked = process.argv.slice(2).filter((word) => !word.startsWith("--"));
const seed = process.argv.find((word) => word.startsWith("--seed="))?.slice("--seed=".length) ?? "oracle";
const families: Family[] = [];
for await (const file of glob("families/*.ts", { cwd: folder })) {
  families.push(((await import(`${folder}${file}`)) as { readonly family: Family }).family);
}
families.sort((a, b) => (a.name < b.name ? -1 : 1));
const unknown = asked.filter((name) => !families.some((family) => family.name === name));
if (unknown.length > 0) {
  console.error(`no family ${unknown.join(", ")}; there are: ${families.map(({ name }) => name).join(", ")}`);
  process.exit(1);
}
const program = python();
if (program === undefined) {
  const line =
    "no Python with the packages of bench/oracle/requirements.txt: pip install -r it into .oracle/ (see CONTRIBUTING.md)";
  console.log(`SKIPPED oracle: ${line}`);
  console.log(countLine(counted({ skipped: 1 })));
} else {
  const chosen = families.filter(({ name }) => asked.length === 0 || asked.includes(name));
  report(await runChecks(chosen.flatMap((family) => checksOf(program, family, seed))));
}
