import type { OpenData } from "../data/open-data.ts";
import { columnOf } from "../../src/table/table.ts";
import { baseRows, batchOf, branchRows, fileRows, personOf, refusedAbove, stepKinds } from "./fire-steps.ts";

/** Ids of the rows of each dataset's main branch, sorted, and how many ingests were published. */
export interface FireState {
  readonly people: readonly number[];
  readonly quarantine: readonly number[];
  readonly inbox: readonly number[];
  readonly keyed: readonly number[];
  readonly ingests: number;
}

/** What must be there when so many steps are done. */
export function stateAfter(steps: number): FireState {
  const rounds = (kind: (typeof stepKinds)[number]): number =>
    Math.max(0, Math.ceil((steps - stepKinds.indexOf(kind)) / stepKinds.length));
  const each = (count: number, ids: (round: number) => readonly number[]): readonly number[] =>
    Array.from({ length: count }, (_, round) => ids(round)).flat();
  const erased = new Set(Array.from({ length: rounds("erase") }, (_, round) => personOf(round)));
  const batches = Array.from({ length: rounds("ingest") }, (_, round) => batchOf(round)).flat();
  const left = batches.filter(({ who }) => !erased.has(who));
  const span = (from: number, count: number): readonly number[] => Array.from({ length: count }, (_, i) => from + i);
  return {
    people: left.filter(({ value }) => value <= refusedAbove).map(({ id }) => id),
    quarantine: left.filter(({ value }) => value > refusedAbove).map(({ id }) => id),
    inbox: each(rounds("collect"), (round) => span(1000 * round, fileRows)),
    keyed: [...span(0, baseRows), ...each(rounds("merge"), (round) => span(1000 * (round + 1), branchRows(round)))],
    ingests: rounds("ingest") + rounds("collect"),
  };
}

/** What is there. */
export async function stateNow({ data, ledger }: OpenData): Promise<FireState> {
  const ids = async (name: string): Promise<readonly number[]> => {
    if ((await data.head(name)) === undefined) return [];
    return [...columnOf(await data.read(name), "id", "f64").values].sort((a, b) => a - b);
  };
  const changes = await ledger.changes.read({ limit: 100_000 });
  return {
    people: await ids("people"),
    quarantine: await ids("people.quarantine"),
    inbox: await ids("inbox"),
    keyed: await ids("keyed"),
    ingests: changes.filter(({ kind }) => kind === "ingest.ended").length,
  };
}
