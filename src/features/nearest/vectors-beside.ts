import type { OnlineStore } from "../../contracts/online-store.ts";
import type { FeatureStoreOptions } from "../store/feature-store-options.ts";
import { NearestFeatures, type NearestWiring } from "./nearest-features.ts";

/** The search for the nearest vectors of a feature store, and the store's options with their online store keeping the vectors up. */
export function nearestBeside(
  given: FeatureStoreOptions,
  known: Pick<NearestWiring, "log" | "planOf">,
): { readonly nearest: NearestFeatures; readonly options: FeatureStoreOptions } {
  const nearest = new NearestFeatures({ ...given, ...known });
  if (given.vectors === undefined) return { nearest, options: given };
  return { nearest, options: { ...given, online: vectorsBeside(given.online, nearest) } };
}

/** An online store beside which the vectors among its events are kept: whatever brings it events brings them, and what drops a view drops them. */
function vectorsBeside(online: OnlineStore, nearest: NearestFeatures): OnlineStore {
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
    readNewest: (...args) => online.readNewest(...args),
    trimEvents: (...args) => online.trimEvents(...args),
    dropView: async (view, call) => {
      await nearest.drop(view);
      await online.dropView(view, call);
    },
    extent: (...args) => online.extent(...args),
    close: () => online.close(),
  };
}
