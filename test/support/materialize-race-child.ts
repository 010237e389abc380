// Waits for a line that says what to load where; stops itself (SIGSTOP) at one point; tells how each load ended.
import { once } from "node:events";
import { flushCompileCache } from "node:module";
import { createInterface } from "node:readline";
import { isSluiceError } from "../../src/core/errors.ts";
import type { Digest } from "../../src/core/digest.ts";
import type { FeaturePlace } from "./feature-place.ts";
import { materializeTo, openFeatures } from "./materialize-steps.ts";

export interface RaceOrder {
  readonly place: FeaturePlace;
  readonly versions: readonly Digest[];
  /** The version, the latest minute, and how long the lease lasts, of each load. */
  readonly loads: readonly (readonly [version: number, to: number, lease: string])[];
  /** The point, counted from the first load on, at which it stops itself; 0 = at none. */
  readonly stopAt: number;
  /** Whether it stops with a transaction open, else with none. */
  readonly inside?: boolean;
  /** How often a load is begun anew after its lease was lost, from 0. */
  readonly tries: number;
}

flushCompileCache();
process.stdout.write("ready\n");
const [line]: unknown[] = await once(createInterface(process.stdin), "line");
const { place, versions, loads, stopAt, tries, inside = false }: RaceOrder = JSON.parse(String(line));
let passed = Number.NEGATIVE_INFINITY;
const open = await openFeatures(place, (inTransaction) => {
  if (inTransaction !== inside) return;
  passed++;
  if (passed !== stopAt) return;
  process.stdout.write("stopping\n");
  process.kill(process.pid, "SIGSTOP");
});
process.stdout.write("begun\n");
passed = 0;
for (const [version, to, lease] of loads) process.stdout.write(`${await load(version, to, lease)}\n`);
await open.close();
process.exit(0);

async function load(version: number, to: number, lease: string): Promise<string> {
  for (let i = 0; ; i++) {
    try {
      return `loaded ${await materializeTo(open, versions, version, to, { lease })}`;
    } catch (error) {
      if (!isSluiceError(error, "features/busy") && !isSluiceError(error, "features/not-kept")) throw error;
      if (i >= tries || error.code === "features/not-kept") return error.code;
    }
  }
}
