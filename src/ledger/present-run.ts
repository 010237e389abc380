import type { Digest } from "../core/digest.ts";
import { type AsyncContext, asyncContext } from "../core/platform.ts";

/** A tracked run, as what is done in its body knows it. */
export interface PresentRun {
  readonly id: string;
  /** Records that the run made an artifact; nothing where it has ended, or cannot sign. */
  made(artifact: Digest): Promise<void>;
}

/** The run in whose body the present work is done; undefined outside of one. */
export const presentRun: AsyncContext<PresentRun> = asyncContext();
