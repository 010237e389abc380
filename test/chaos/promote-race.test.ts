import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { openRegistry } from "../registry/registry-fixture.ts";

const child = fileURLToPath(new URL("./promote-child.ts", import.meta.url));

interface Runner {
  readonly ready: Promise<void>;
  go(): void;
  readonly lines: Promise<readonly { readonly step: string; readonly outcome?: string; readonly version: number }[]>;
}

function start(folder: string, version: number): Runner {
  const runner = spawn(process.execPath, ["--no-warnings", child, folder, "race", String(version), "1"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  let text = "";
  let isReady: () => void = () => undefined;
  const ready = new Promise<void>((resolve) => {
    isReady = resolve;
  });
  runner.stdout.setEncoding("utf8").on("data", (part: string) => {
    text += part;
    isReady();
  });
  const closed = new Promise<number | null>((resolve) => runner.once("close", resolve));
  return {
    ready,
    go: () => runner.stdin.end("go\n"),
    lines: closed.then((code) => {
      expect(code).toBe(0);
      return text
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line));
    }),
  };
}

test("4 processes promote different candidates at once: exactly one becomes champion, the others are refused", {
  timeout: 120_000,
}, async () => {
  for (let round = 0; round < 3; round++) {
    const fixture = await openRegistry();
    try {
      const { registry } = fixture;
      for (let n = 0; n < 4; n++) {
        const version = await fixture.registerSkill(0.97 + n / 100);
        await registry.promote(version, "staging", { actor: "ada", reason: "r" });
        await registry.approve(version, "candidate", { approver: "grace", role: "owner", comment: "c" });
        await registry.promote(version, "candidate", { actor: "ada", reason: "r" });
        await registry.approve(version, "production", {
          approver: "grace",
          role: "owner",
          comment: "c",
          expiresIn: 1e13,
        });
      }
      const runners = [1, 2, 3, 4].map((version) => start(fixture.folder, version));
      await Promise.all(runners.map((runner) => runner.ready));
      for (const runner of runners) runner.go();
      const results = (await Promise.all(runners.map((runner) => runner.lines))).map((lines) => lines.at(-1));
      const winners = results.filter((result) => result?.outcome === "promoted");
      expect(winners).toHaveLength(1);
      expect(results.filter((result) => result?.outcome === "refused")).toHaveLength(3);
      expect((await registry.champion("delay")).version.version).toBe(winners[0]?.version);
      expect((await registry.versions("delay")).filter((version) => version.stage === "production")).toHaveLength(1);
      const promotions = (await fixture.ledger.audit.read()).filter(
        (record) => JSON.stringify(record.body).includes('"to":"production"') && record.kind === "version.promoted",
      );
      expect(promotions).toHaveLength(1);
      expect(await fixture.ledger.audit.verify()).toMatchObject({ valid: true });
    } finally {
      await fixture.close();
    }
  }
});
