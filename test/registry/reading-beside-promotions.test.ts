import { expect, test } from "vitest";
import type { Verifier } from "../../src/contracts/signer.ts";
import { ModelRegistry } from "../../src/registry/model-registry.ts";
import { laxPolicy, makeChampion, openRegistry, passedRollout } from "./registry-fixture.ts";

test("a promotion between two statements of a reader is no tampering: the reader sees the champion before or after", async () => {
  const open = await openRegistry();
  try {
    await makeChampion(open, await open.registerSkill(0.8));
    const challenger = await open.registerSkill(1);
    open.others.rollout = passedRollout(2, 1);
    const approval = { approver: "grace", role: "owner", comment: "fine" };
    const request = { actor: "ada", reason: "test" };
    await open.registry.promote(challenger, "staging", request);
    await open.registry.approve(challenger, "candidate", approval);
    await open.registry.promote(challenger, "candidate", request);
    await open.registry.approve(challenger, "production", approval);
    let verified = 0;
    let outcome = "";
    const verifier: Verifier = {
      verify: async (...args) => {
        verified += 1;
        if (verified === 1) outcome = (await open.registry.promote(challenger, "production", request)).outcome;
        return await open.options.verifier.verify(...args);
      },
    };
    const reader = new ModelRegistry({ ...open.options, verifier });
    expect((await reader.champion("delay")).version.version).toBe(2);
    expect(outcome).toBe("promoted");
    expect(await open.registry.aliases("delay")).toEqual({ champion: 2, challenger: undefined });
  } finally {
    await open.close();
  }
});

test("a version that another process promotes while it is asked for is not promoted again to where it then stands", async () => {
  const open = await openRegistry();
  try {
    const version = await open.registerSkill(0.8);
    const request = { actor: "ada", reason: "test" };
    let verified = 0;
    const verifier: Verifier = {
      verify: async (...args) => {
        verified += 1;
        if (verified === 1) await open.registry.promote(version, "staging", request);
        return await open.options.verifier.verify(...args);
      },
    };
    const other = new ModelRegistry({ ...open.options, verifier });
    await expect(other.promote(version, "staging", request)).rejects.toMatchObject({
      code: "registry/invalid-transition",
    });
    expect(await open.registry.versions("delay")).toMatchObject([{ stage: "staging", revision: 1 }]);
    const events = await open.ledger.audit.read({ subject: "delay@1" });
    expect(events.map(({ kind }) => kind)).toEqual(["version.registered", "version.promoted", "gate.refused"]);
  } finally {
    await open.close();
  }
});

test("a promotion between any two statements of explain() is no tampering: it tells of the versions before or after", async () => {
  const policy = { ...laxPolicy, breakGlass: { roles: ["on-call"], maxDurationMs: 3_600_000 } };
  const request = { actor: "ada", reason: "test" };
  const told = new Set<string>();
  for (let at = 1; ; at++) {
    const open = await openRegistry({ policy });
    try {
      await makeChampion(open, await open.registerSkill(0.8));
      const second = await open.registerSkill(1);
      const third = await open.registerSkill(0.9);
      const emergency = { actor: "olga", reason: "NaN", role: "on-call", expiresIn: "1h" };
      await open.registry.breakGlass(second, "production", emergency);
      let verified = 0;
      const verifier: Verifier = {
        verify: async (...args) => {
          verified += 1;
          if (verified === at) await open.registry.rollback("delay", 1, request);
          return await open.options.verifier.verify(...args);
        },
      };
      const explained = await new ModelRegistry({ ...open.options, verifier }).explain(third, "staging");
      told.add(explained.warnings.map((warning) => warning.slice(0, 20)).join());
      if (verified < at) break;
    } finally {
      await open.close();
    }
  }
  expect([...told].sort()).toEqual(["", "BREAK-GLASS: delay@2"]);
});
