import type { Starter } from "../contracts/starter.ts";
import { type AsyncContext, asyncContext } from "../core/platform.ts";

/** A run of a pipeline, as what is done in its steps knows it. */
export interface PresentPipeline {
  readonly name: string;
  readonly run: string;
  /** Who started it, as far as is known. */
  readonly startedBy: readonly Starter[];
}

/** The pipeline in whose step the present work is done; undefined outside of one. */
export const presentPipeline: AsyncContext<PresentPipeline> = asyncContext();

/** The member that tells an audit event's pipeline; nothing outside of one. */
export function pipelineMember(): { readonly pipeline?: { readonly name: string; readonly run: string } } {
  const present = presentPipeline.get();
  return present === undefined ? {} : { pipeline: { name: present.name, run: present.run } };
}
