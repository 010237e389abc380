// The stage the acts play on: the workspace, its clock, the serving runtime, and the summary that they fill in.
import { rmSync } from "node:fs";
import { join, resolve } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { defaultPolicy, manualClock, openWorkspace, type Workspace } from "sluice";
import { keyFileSigner, pinnedKeysVerifier } from "sluice/backends/fs";
import { memoryOnline } from "sluice/backends/memory";
import { tfjs } from "sluice/backends/tfjs";
import type { ManualClock } from "sluice/core";
import { type LiveRuntime, liveRuntime } from "./broken-runtimes.ts";
import { say } from "./show.ts";
import { at } from "./spine.ts";
import { emptySummary, type Summary } from "./summary.ts";

/** Where the demo keeps its things. */
export const folder = resolve(".sluice-demo");

/** What the acts share. */
export interface Stage {
  ws: Workspace;
  readonly clock: ManualClock;
  readonly live: LiveRuntime;
  readonly summary: Summary;
}

/** The network must rank well, and a new one must not be worse than the champion by more than half a point of AUC. */
export const policy = defaultPolicy({
  metric: "auc",
  threshold: { atLeast: 0.66 },
  champion: { mode: "nonInferior", margin: 0.005 },
});

/** Clears the folder of an earlier run and opens a new workspace. The signing key lies outside the workspace. */
export async function openStage(): Promise<Stage> {
  rmSync(folder, { recursive: true, force: true });
  tf.enableProdMode();
  await tf.setBackend("cpu");
  const clock = manualClock(at("2001-04-01"));
  const live = liveRuntime(tfjs({ tf }));
  return { ws: await reopen(clock), clock, live, summary: emptySummary() };
}

/** Opens the demo's workspace. */
export async function reopen(clock: ManualClock): Promise<Workspace> {
  const signer = keyFileSigner({ path: join(folder, "signing-key.pem") });
  return await openWorkspace({
    path: join(folder, "workspace"),
    clock,
    policy,
    signer,
    verifier: pinnedKeysVerifier({ keys: { [signer.keyId]: signer.publicKeyPem() } }),
    runtimes: [tfjs({ tf })],
    online: memoryOnline(),
    sinks: [
      {
        name: "console",
        deliver: async (alert, monitor) =>
          say(`ALERT "${alert.monitor}" to the ${monitor.response.owner}: ${alert.cause}`),
      },
    ],
  });
}
