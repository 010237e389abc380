// Waits for a line that says where the data is, which step to do, and at which of its points to die; tells when it begins and when it is done.
import { createInterface } from "node:readline";
import { once } from "node:events";
import { type DataPlace, openAt } from "./data-store.ts";
import { fatalPoint } from "./fatal-point.ts";
import { doStep } from "./fire-steps.ts";

export interface FireOrder {
  readonly place: DataPlace;
  readonly step: number;
  /** 0 = at none. */
  readonly dieAt: number;
}

process.stdout.write("ready\n");
const [line]: unknown[] = await once(createInterface(process.stdin), "line");
const { place, step, dieAt }: FireOrder = JSON.parse(String(line));
const open = await openAt(place, fatalPoint(dieAt));
process.stdout.write("begun\n");
await doStep(open, step);
process.stdout.write("done\n");
