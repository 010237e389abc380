import type { AuditRecord } from "../../src/contracts/audit-log.ts";
import type { ModelVersion, Stage } from "../../src/contracts/model-version.ts";
import { startScript } from "./child-lines.ts";

/** What one process is to do. */
export interface RaceOrder {
  readonly folder: string;
  readonly postgres?: { readonly url: string; readonly schema: string };
  readonly name: string;
  readonly operations: number;
  /** How long a gate's evidence takes to gather, milliseconds. */
  readonly gateMs: number;
}

/** An operation as its process saw it. */
export interface RaceAnswer {
  readonly id: string;
  readonly asked: "register" | "approve" | "promote" | "archive" | "rollback" | "read";
  readonly outcome: {
    readonly version?: number;
    readonly approved?: number;
    readonly promoted?: number;
    readonly to?: Stage;
    readonly refused?: number;
    readonly error?: string;
    readonly champion?: number | null;
  };
  readonly fromMs: number;
  readonly toMs: number;
}

/** Runs processes at once, from one moment; answers what they saw, in no order, and how long it took. */
export async function raceRegistry(
  place: Pick<RaceOrder, "folder" | "postgres">,
  {
    processes,
    operations,
    gateMs = 0,
  }: { readonly processes: number; readonly operations: number; readonly gateMs?: number },
): Promise<{ readonly answers: readonly RaceAnswer[]; readonly ms: number }> {
  const orders = Array.from(
    { length: processes },
    (_, n): RaceOrder => ({ ...place, name: `p${n}`, operations, gateMs }),
  );
  const children = orders.map((order) => startScript("registry-race-child.ts", JSON.stringify(order)));
  await Promise.all(children.map((child) => child.printed(1)));
  const startedMs = performance.now();
  for (const child of children) child.tell("go");
  const ends = await Promise.all(children.map((child) => child.ended));
  const failed = ends.find(({ code }) => code !== 0);
  if (failed !== undefined) throw new Error(`a process failed:\n${failed.errors}`);
  const lines = children.flatMap((child) => child.lines.slice(1));
  return { answers: lines.map((line): RaceAnswer => JSON.parse(line)), ms: performance.now() - startedMs };
}

/** The registry as it should be, replayed from the decisions in the order of the audit log. */
export interface RaceModel {
  readonly stages: ReadonlyMap<number, Stage>;
  readonly champion: number | null;
  /** Who was champion from which audit index on. */
  readonly reigns: readonly { readonly fromIndex: number; readonly champion: number | null }[];
  /** The audit record of each operation that decided something, by its id. */
  readonly decided: ReadonlyMap<string, AuditRecord>;
}

const next: { readonly [from in Stage]: readonly Stage[] } = {
  registered: ["staging", "archived"],
  staging: ["candidate", "archived"],
  candidate: ["production", "archived"],
  production: [],
  archived: ["production"],
};

/** Replays the audit log: each decision must be allowed where the ones before it have led. Throws for the first that is not. */
export function replay(records: readonly AuditRecord[]): RaceModel {
  const stages = new Map<number, Stage>();
  const decided = new Map<string, AuditRecord>();
  const reigns: { fromIndex: number; champion: number | null }[] = [{ fromIndex: -1, champion: null }];
  let champion: number | null = null;
  let archived: AuditRecord | undefined;
  for (const record of records) {
    const version = Number(record.subject.split("@")[1]);
    const { from, to, reason, replacedBy } = Object(record.body);
    const fail = (why: string): never => {
      throw new Error(`${why}: ${JSON.stringify(record)}`);
    };
    if (record.kind === "version.registered") {
      if (version !== stages.size + 1) fail("a number that does not follow");
      stages.set(version, "registered");
      decided.set(record.actor, record);
    } else if (record.kind === "version.archived") {
      if (version !== champion) fail("who is not champion is replaced");
      archived = record;
    } else if (record.kind === "version.promoted") {
      const stage = stages.get(version);
      if (stage !== from || stage === undefined || !next[stage].includes(to)) fail(`a transition from "${stage}"`);
      if (to === "production") {
        const isReplaced = archived?.index === record.index - 1 && Object(archived.body).replacedBy === version;
        if (champion !== null && !isReplaced) fail("two champions");
        if (champion !== null) stages.set(champion, "archived");
        champion = version;
        reigns.push({ fromIndex: record.index, champion });
      }
      stages.set(version, to);
      decided.set(reason, record);
    } else if (record.kind === "gate.refused") decided.set(reason, record);
    if (record.kind !== "version.promoted" && replacedBy === undefined && archived?.index === record.index - 1)
      fail("a champion replaced by nobody");
  }
  return { stages, champion, reigns, decided };
}

/**
 * Whether what the processes saw is what one process would have seen that did everything in the order of the audit log: each decision is on record as it was
 * answered; none is on record after one that was asked for when it had been answered; each reading saw a champion of that time. Answers what is not so.
 */
export function faultsOf(answers: readonly RaceAnswer[], model: RaceModel): readonly string[] {
  const faults: string[] = [];
  const placed = answers.flatMap((answer) => {
    const record = model.decided.get(answer.id);
    return record === undefined ? [] : [{ ...answer, index: record.index, record }];
  });
  for (const { id, outcome, record } of placed) {
    const { promoted, refused, version, to } = outcome;
    const number = Number(record.subject.split("@")[1]);
    const fits =
      (promoted !== undefined &&
        record.kind === "version.promoted" &&
        number === promoted &&
        Object(record.body).to === to) ||
      (refused !== undefined && record.kind === "gate.refused" && number === refused) ||
      (version !== undefined && record.kind === "version.registered" && number === version) ||
      (outcome.error !== undefined && record.kind === "gate.refused");
    if (!fits)
      faults.push(`${id}: answered ${JSON.stringify(outcome)}, on record as ${record.kind} of ${record.subject}`);
  }
  const known = new Set(placed.map(({ id }) => id));
  for (const { id, outcome } of answers)
    if ((outcome.promoted ?? outcome.refused ?? outcome.version) !== undefined && !known.has(id))
      faults.push(`${id}: answered, and not on record`);
  faults.push(...orderFaults(placed), ...readingFaults(answers, placed, model));
  return faults;
}

type Placed = RaceAnswer & { readonly index: number };

/** By the end of each: the newest index that had been answered before another was asked for must be smaller than that one's. */
function orderFaults(placed: readonly Placed[]): readonly string[] {
  const byEnd = [...placed].sort((a, b) => a.toMs - b.toMs);
  const byStart = [...placed].sort((a, b) => a.fromMs - b.fromMs);
  const faults: string[] = [];
  let [at, newest] = [0, -1];
  for (const one of byStart) {
    for (; (byEnd[at]?.toMs ?? Number.POSITIVE_INFINITY) < one.fromMs; at++)
      newest = Math.max(newest, byEnd[at]?.index ?? -1);
    if (newest >= one.index)
      faults.push(`${one.id}: at ${one.index}, though ${newest} had been answered before it was asked for`);
  }
  return faults;
}

function readingFaults(
  answers: readonly RaceAnswer[],
  placed: readonly Placed[],
  { reigns }: RaceModel,
): readonly string[] {
  return answers.flatMap(({ id, asked, outcome, fromMs, toMs }) => {
    if (asked !== "read") return [];
    const from = placed.reduce((newest, one) => (one.toMs < fromMs ? Math.max(newest, one.index) : newest), -1);
    const to = placed.reduce(
      (oldest, one) => (one.fromMs > toMs ? Math.min(oldest, one.index) : oldest),
      Number.POSITIVE_INFINITY,
    );
    const possible = reigns.filter(
      ({ fromIndex }, i) => fromIndex < to && (reigns[i + 1]?.fromIndex ?? Number.POSITIVE_INFINITY) > from,
    );
    return possible.some(({ champion }) => champion === outcome.champion)
      ? []
      : [
          `${id}: read ${outcome.champion}, champions of that time were ${possible.map(({ champion }) => champion).join(", ")}`,
        ];
  });
}

/** What the store says at the end, against the model. */
export function endFaults(
  versions: readonly ModelVersion[],
  champion: number | undefined,
  model: RaceModel,
): readonly string[] {
  const stages = versions.flatMap(({ version, stage }) =>
    model.stages.get(version) === stage ? [] : [`${version} is ${stage}, not ${model.stages.get(version)}`],
  );
  const missing =
    model.stages.size === versions.length ? [] : [`${versions.length} versions, not ${model.stages.size}`];
  const wrong = (champion ?? null) === model.champion ? [] : [`the champion is ${champion}, not ${model.champion}`];
  return [...stages, ...missing, ...wrong];
}
