import type { FeatureStore } from "./features/store/feature-store.ts";
import type { LoggedFeatureReader } from "./features/log/logged-feature-reader.ts";
import type { Workspace } from "./workspace.ts";

/** The features stage's face: what is read by it is logged, where a log is kept. Routers log what they read with their predictions. */
export function featuresFace(store: FeatureStore, logged: LoggedFeatureReader | undefined): Workspace["features"] {
  if (logged === undefined) return store;
  return {
    plan: (...args) => store.plan(...args),
    apply: (...args) => store.apply(...args),
    training: (...args) => store.training(...args),
    online: (...args) => logged.online(...args),
    onlineMany: (...args) => logged.onlineMany(...args),
    vectors: (...args) => logged.vectors(...args),
    nearest: (...args) => store.nearest(...args),
    push: (...args) => store.push(...args),
    flush: (...args) => store.flush(...args),
    materialize: (...args) => store.materialize(...args),
    backfill: (...args) => store.backfill(...args),
    replay: (...args) => store.replay(...args),
    current: (...args) => store.current(...args),
    collect: (...args) => store.collect(...args),
    catalog: (...args) => store.catalog(...args),
    profile: (...args) => store.profile(...args),
    skew: async (...args) => {
      await logged.flush();
      return await store.skew(...args);
    },
    served: async (...args) => {
      await logged.flush();
      return await store.served(...args);
    },
  };
}
