import { expect, test } from "vitest";
import type { Verifier } from "../../src/contracts/signer.ts";
import { ModelRegistry } from "../../src/registry/model-registry.ts";
import { makeChampion, openRegistry, passedRollout } from "./registry-fixture.ts";

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
