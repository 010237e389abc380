import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { isDigest } from "../../src/core/digest.ts";
import { seededRandom } from "../../src/core/random.ts";
import { openRegistry } from "../registry/registry-fixture.ts";

const child = fileURLToPath(new URL("./promote-child.ts", import.meta.url));

interface Acknowledged {
  readonly step: string;
  readonly version: number;
  readonly outcome?: string;
  readonly certificate?: string;
}

/** Runs the child in a folder and kills it `afterMs` after it has printed so many lines; answers every line it had printed. */
async function killed(
  folder: string,
  round: number,
  afterLines: number,
  afterMs: number,
): Promise<readonly Acknowledged[]> {
  const process_ = spawn(process.execPath, ["--no-warnings", child, folder, "loop", String(round), "1000"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  let isArmed = false;
  process_.stdout.setEncoding("utf8").on("data", (part: string) => {
    text += part;
    if (isArmed || text.split("\n").length <= afterLines) return;
    isArmed = true;
    setTimeout(() => process_.kill("SIGKILL"), afterMs);
  });
  const code = await new Promise<number | null>((resolve) => process_.once("close", resolve));
  expect(code, "the child ended before it was killed").toBeNull();
  const lines = text.split("\n").slice(0, -1);
  return lines.map((line): Acknowledged => JSON.parse(line));
}

test("kill -9 at 30 moments: nothing acknowledged is missing, no promotion is half done, the audit chain holds", {
  timeout: 240_000,
}, async () => {
  const folder = await mkdtemp(join(tmpdir(), "sluice-kill-"));
  const random = seededRandom("promote-kill");
  let acknowledged = 0;
  try {
    for (let round = 0; round < 30; round++) {
      const lines = await killed(folder, round, 1 + random.int(7), random.int(40));
      const fixture = await openRegistry({ folder, keep: true });
      const { registry, ledger } = fixture;
      const versions = await registry.versions("delay");
      const order = ["registered", "staging", "candidate", "production", "archived"];
      for (const { step, version, outcome, certificate } of lines) {
        if (version === 0) continue;
        acknowledged++;
        const stage = versions.find((one) => one.version === version)?.stage ?? "missing";
        expect(outcome ?? "promoted", `round ${round}`).toBe("promoted");
        expect(
          order.indexOf(stage),
          `round ${round}: ${step} of ${version} was acknowledged, it is ${stage}`,
        ).toBeGreaterThanOrEqual(order.indexOf(step));
        if (certificate !== undefined && isDigest(certificate)) await registry.certificate(certificate);
      }
      const production = versions.filter((version) => version.stage === "production");
      expect(production.length).toBeLessThanOrEqual(1);
      expect(production.length === 1 || !versions.some((version) => version.stage === "archived")).toBe(true);
      const { champion, challenger } = await registry.aliases("delay");
      expect(champion).toBe(production[0]?.version);
      if (champion !== undefined) expect((await registry.champion("delay")).version.version).toBe(champion);
      if (challenger !== undefined) await registry.certified("delay", challenger, 0.5);
      for (const version of versions) if (version.stage !== "registered") await registry.certificateOf(version);
      expect(await ledger.audit.verify(), `round ${round}`).toMatchObject({ valid: true });
      await fixture.close();
    }
    expect(acknowledged).toBeGreaterThan(60);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
