import { fileURLToPath } from "node:url";
import { startScript } from "../../test/support/child-lines.ts";
import type { RaceOrder } from "../../test/support/registry-race.ts";

const processes = 8;
/** Models that each process promotes at once, and versions of each. */
const lanes = 4;
const versions = 10;

/** Promotions a second of 8 processes, each working on 4 models at once, whose evidence takes 50 ms to gather. */
export async function promotionsPerSecond(
  place: Pick<RaceOrder, "folder" | "postgres">,
): Promise<{ readonly value: number; readonly unit: string }> {
  const script = fileURLToPath(new URL("./promote-child.ts", import.meta.url));
  const children = [];
  for (let n = 0; n < processes; n++) {
    const order = JSON.stringify({ ...place, name: `p${n}`, lanes, versions, evidenceMs: 50 });
    const child = startScript(script, order);
    // The first makes the tables; and none is measured while another prepares.
    await child.printed(1);
    children.push(child);
  }
  const startedMs = performance.now();
  for (const child of children) child.tell("go");
  await Promise.all(children.map((child) => child.printed(2)));
  const seconds = (performance.now() - startedMs) / 1000;
  const failed = (await Promise.all(children.map((child) => child.ended))).find(({ code }) => code !== 0);
  if (failed !== undefined) throw new Error(failed.errors);
  return { value: (processes * lanes * versions) / seconds, unit: "promotions/s" };
}
