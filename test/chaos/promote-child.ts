// A child process that promotes versions in an existing registry folder and prints every acknowledged step as a line of JSON.
// argv: folder, mode ("loop" | "race"), the round (loop) or the first version (race), how many
import { openRegistry, passedRollout } from "../registry/registry-fixture.ts";

const [folder = "", mode = "loop", from = "1", count = "1"] = process.argv.slice(2);
const fixture = await openRegistry({ folder, keep: true, startMs: Date.now() });
const { registry } = fixture;
const request = { actor: "child", reason: "chaos" };
const say = (line: object): void => {
  process.stdout.write(`${JSON.stringify(line)}\n`);
};

async function step(
  name: string,
  version: number,
  work: () => Promise<{ readonly outcome: string; readonly certificate?: { readonly digest: string } }>,
): Promise<boolean> {
  const { outcome, certificate } = await work();
  say({ step: name, version, outcome, ...(certificate === undefined ? {} : { certificate: certificate.digest }) });
  return outcome === "promoted";
}

async function loop(): Promise<void> {
  for (let n = 0; n < Number(count); n++) {
    const { version } = await fixture.registerSkill(0.99, "ada", Number(from) + n / 1000);
    say({ step: "registered", version });
    const { champion } = await registry.aliases("delay");
    fixture.others.rollout = champion === undefined ? undefined : passedRollout(version, champion);
    const key = { name: "delay", version };
    for (const to of ["staging", "candidate", "production"] as const) {
      if (to !== "staging") await registry.approve(key, to, { approver: "grace", role: "owner", comment: "go" });
      await step(to, version, () => registry.promote(key, to, request));
    }
  }
}

async function race(): Promise<void> {
  for (let n = 0; n < Number(count); n++) {
    const version = Number(from) + n;
    await step("production", version, () => registry.promote({ name: "delay", version }, "production", request));
  }
}

say({ step: "ready", version: 0 });
if (mode === "race") {
  await new Promise((resolve) => process.stdin.once("data", resolve));
  await race();
} else await loop();
await fixture.close();
process.exit(0);
