import { seededRandom } from "../../src/core/random.ts";
import { GuardrailEProcess } from "../../src/stats/sequential/guardrail-e-process.ts";
import { bestMs, keep } from "../measure.ts";
import { report } from "../report.ts";

const bench = "stats";

/** A million requests: which arm, at which share, and whether it went wrong. */
interface Traffic {
  readonly challenger: Uint8Array;
  readonly shares: Float64Array;
  readonly bad: Uint8Array;
}

function traffic(requests: number, badRate: number, share: (at: number) => number): Traffic {
  const random = seededRandom("e-process");
  const shares = Float64Array.from({ length: requests }, (_, i) => share(i / requests));
  return {
    shares,
    challenger: Uint8Array.from(shares, (each) => (random.next() < each ? 1 : 0)),
    bad: Uint8Array.from(shares, () => (random.next() < badRate ? 1 : 0)),
  };
}

/** Requests per second of work over the traffic, beside a plain scan of the same arrays. */
async function perSecond(name: string, seen: Traffic, atLeast: number | undefined, work: () => number): Promise<void> {
  const { challenger, shares, bad } = seen;
  const scan = await bestMs(() => {
    let sum = 0;
    for (let i = 0; i < bad.length; i++) if (bad[i] === 1 && challenger[i] === 1) sum += shares[i] as number;
    keep(sum);
  }, 9);
  const ms = await bestMs(() => keep(work()), 9);
  report({
    bench,
    case: `e-process: ${name}`,
    value: (bad.length / ms) * 1000,
    unit: "events/s",
    ...(atLeast === undefined ? {} : { atLeast }),
    baseline: (bad.length / scan) * 1000,
  });
}

/** Counts every bad event and looks after it. */
function watched({ challenger, shares, bad }: Traffic, look: (process: GuardrailEProcess) => number): number {
  const process = new GuardrailEProcess({ direction: "harm" });
  let found = 0;
  for (let i = 0; i < bad.length; i++) {
    if (bad[i] === 0) continue;
    process.addBad(challenger[i] === 1 ? "challenger" : "champion", shares[i] as number);
    found += look(process);
  }
  return found;
}

const crossed = (process: GuardrailEProcess): number => (process.crossed(0.05) ? 1 : 0);
const logE = (process: GuardrailEProcess): number => process.logE();

/** What guardrail e-processes cost, one look after every bad event. */
export async function eProcessBench(): Promise<void> {
  const requests = 1_000_000;
  const steps = [0.05, 0.1, 0.25, 0.5];
  const steady = traffic(requests, 1, () => 0.1);
  const ramp = traffic(requests, 1, (at) => steps[Math.floor(at * 4)] ?? 0.5);
  const mixed = traffic(requests, 1, (at) => steps[Math.floor(at * requests) % 4] ?? 0.5);
  const continuous = traffic(requests, 1, (at) => 0.05 + Math.floor(at * 5000) / 11_000);
  const distinct = traffic(100_000, 1, (at) => 0.05 + at * 0.45);
  const rare = traffic(requests, 0.02, () => 0.1);
  await perSecond("every event bad, `crossed` after each", steady, 5e6, () => watched(steady, crossed));
  await perSecond("every event bad, `logE` after each", steady, undefined, () => watched(steady, logE));
  await perSecond("2% bad, `crossed` after each bad one", rare, 5e6, () => watched(rare, crossed));
  await perSecond("four steps, `crossed` after each", ramp, 5e6, () => watched(ramp, crossed));
  await perSecond("four shares mixed, `crossed` after each", mixed, undefined, () => watched(mixed, crossed));
  await perSecond("5,000 shares, `crossed` after each", continuous, undefined, () => watched(continuous, crossed));
  await perSecond("a new share at every event", distinct, undefined, () => watched(distinct, crossed));
  await perSecond("`addAll` of a million", steady, 5e6, () => {
    const process = new GuardrailEProcess({ direction: "harm" });
    process.addAll(steady.challenger, 0.1);
    return process.logE();
  });
}
