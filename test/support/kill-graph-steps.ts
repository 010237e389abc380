import { seededRandom } from "../../src/core/random.ts";
import type { DataStage } from "../../src/data/data-stage.ts";
import { keyed, readings, tableOf } from "../data/versions/sample-dataset.ts";

/** How many rounds of commit, merge and collection a child goes through. */
export const rounds = 12;

/**
 * Round by round: a branch with rows that main has too, rows of its own and a changed one, merged into main, deleted, and everything
 * that nothing needs collected, whatever its age. A round that was done before is left out. Tells of each step when it has been acknowledged.
 */
export async function graphSteps(data: DataStage, done: (step: string) => void): Promise<void> {
  if ((await data.head("keyed")) === undefined)
    await data.commit(keyed, [tableOf(readings(0, 200))], { message: "base" });
  const log = await data.log("keyed", { limit: 1000 });
  const merged = new Set(log.filter(({ change }) => change === "merge").map(({ message }) => message));
  for (const { name } of await data.branches("keyed"))
    if (name.startsWith("scratch-") || merged.has(name.replace("work-", "round ")))
      await data.deleteBranch("keyed", name);
  for (let round = 0; round < rounds; round++) {
    if (merged.has(`round ${round}`)) continue;
    const branch = `work-${round}`;
    const branches = (await data.branches("keyed")).map(({ name }) => name);
    if (!branches.includes(branch)) await data.branch("keyed", branch);
    const committed = (await data.log("keyed", { branch, limit: 1000 })).some(
      ({ message }) => message === `rows ${round}`,
    );
    if (!committed) {
      const random = seededRandom(`round ${round}`);
      const rows = readings(1000 * (round + 1), 20 + random.int(20));
      await data.commit(keyed, [tableOf(rows)], { branch, message: `rows ${round}` });
    }
    done(`committed ${round}`);
    const result = await data.merge({ dataset: keyed, from: branch, message: `round ${round}` });
    if (result.outcome === "refused") throw new Error("there is no gate");
    done(`merged ${round}`);
    await data.branch("keyed", `scratch-${round}`);
    await data.commit(keyed, [tableOf(readings(500_000 + round, 30))], { branch: `scratch-${round}` });
    await data.deleteBranch("keyed", `scratch-${round}`);
    await data.deleteBranch("keyed", branch);
    await data.gc({ graceMs: 0 });
    done(`collected ${round}`);
  }
}
