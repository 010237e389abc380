import type { OnlineStore } from "../../src/contracts/online-store.ts";
import { report } from "../report.ts";
import { lookups, windowed, withFeatureStore } from "./feature-store.ts";
import { medians } from "./medians.ts";

/** What is read, and what it is held against. */
export interface FeatureReads {
  readonly bench: string;
  /** What holds the events. */
  readonly of: string;
  readonly online: OnlineStore;
  /** A thousand lie in the processor's caches, ten thousand do not. */
  readonly users: readonly string[];
  /** At most, for look-ups: one row in µs, a hundred as columns and as objects in ms; and at least how many times the baseline. */
  readonly aims?: {
    readonly one?: number;
    readonly columns?: number;
    readonly objects?: number;
    readonly timesBaseline?: number;
  };
  /** Another way to read as many features of a hundred entities, measured in turn with ours. */
  readonly baseline?: (request: number) => Promise<number>;
}

const eventsPerEntity = 5;

/** Measures the whole way of a request: keys, reads, look-ups or windows over five events of each entity and view, typed results. */
export async function featureReads({ bench, of, online, users, aims, baseline }: FeatureReads): Promise<void> {
  const inputs = (request: number, count: number) =>
    Array.from({ length: count }, (_, i) => ({ user: users[(request * 7919 + i * 101) % users.length] ?? "" }));
  await withFeatureStore(online, users, eventsPerEntity, async (store) => {
    for (const service of [lookups, windowed]) {
      const columns = (request: number) => store.onlineMany(service, inputs(request, 100));
      const one = async (request: number): Promise<number> => {
        const [input = { user: "" }] = inputs(request, 1);
        return Object.keys((await store.online(service, input)).features).length;
      };
      const [alone = 0] = await medians([one], of === "memory" ? 1000 : 100);
      const [typed = 0, objects = 0, other = 0] = await medians(
        [
          async (request) => (await columns(request)).rows,
          async (request) => (await columns(request)).toRows().length,
          ...(baseline === undefined ? [] : [baseline]),
        ],
        40,
      );
      const what = `features of ${of}, 50 ${service === lookups ? "look-ups" : "windows"} in 5 views, ${users.length} entities`;
      const atMost = (aim: number | undefined) => (aim === undefined || service !== lookups ? {} : { atMost: aim });
      report({ bench, case: `${what}: online, one`, value: alone * 1000, unit: "µs", ...atMost(aims?.one) });
      report({
        bench,
        case: `${what}: onlineMany, 100, columns`,
        value: typed,
        unit: "ms",
        ...atMost(aims?.columns),
        ...(baseline !== undefined && { baseline: other }),
      });
      if (baseline !== undefined && service === lookups)
        report({
          bench,
          case: `${what}: onlineMany, 100, columns: times a field a feature, HMGET a view`,
          value: other / typed,
          unit: "×",
          ...(aims?.timesBaseline !== undefined && { atLeast: aims.timesBaseline }),
        });
      report({
        bench,
        case: `${what}: onlineMany, 100, objects`,
        value: objects,
        unit: "ms",
        ...atMost(aims?.objects),
      });
    }
  });
}
