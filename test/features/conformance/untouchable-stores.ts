import type { OfflineStore } from "../../../src/contracts/offline-store.ts";
import type { OnlineStore } from "../../../src/contracts/online-store.ts";

function touched(): never {
  throw new Error("a store was touched before the input was checked");
}

const online: OnlineStore = {
  capabilities: { durable: false, atomicBatches: true },
  writeRows: touched,
  readRows: touched,
  appendEvents: touched,
  readEvents: touched,
  readNewest: touched,
  trimEvents: touched,
  dropView: touched,
  extent: touched,
  close: async () => {},
};
const offline: OfflineStore = {
  capabilities: { largerThanMemory: false },
  has: touched,
  append: touched,
  scan: touched,
  pointInTimeJoin: touched,
  drop: touched,
  close: async () => {},
};

/** Stores that fail whatever is asked of them: what is refused with them is refused before anything runs. */
export const untouchable: { readonly online: OnlineStore; readonly offline: OfflineStore } = { online, offline };
