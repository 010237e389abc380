import type { OnlineStore } from "../../contracts/online-store.ts";
import type { NearestFeatures } from "./nearest-features.ts";

/** An online store beside which the vectors among its events are kept: whatever brings it events brings them, and what drops a view drops them. */
export function vectorsBeside(online: OnlineStore, nearest: NearestFeatures): OnlineStore {
  return {
    capabilities: online.capabilities,
    writeRows: (...args) => online.writeRows(...args),
    readRows: (...args) => online.readRows(...args),
    appendEvents: async (view, batch, call) => {
      const added = await online.appendEvents(view, batch, call);
      await nearest.bring(view, batch, call?.signal);
      return added;
    },
    readEvents: (...args) => online.readEvents(...args),
    trimEvents: (...args) => online.trimEvents(...args),
    dropView: async (view, call) => {
      await nearest.drop(view);
      await online.dropView(view, call);
    },
    extent: (...args) => online.extent(...args),
    close: () => online.close(),
  };
}
