import type { ViewDefinition } from "../../contracts/feature-definition.ts";

/** The views that a view is made from, one step down. */
export function takenViews({ body }: ViewDefinition): readonly ViewDefinition[] {
  if (body.kind === "onDemand") return body.inputs;
  return body.kind === "alias" ? [body.of] : [];
}
