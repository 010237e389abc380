import type { ViewDefinition, WindowedView } from "../../contracts/feature-definition.ts";

/** A view of events: the view itself, or the one that it is an alias of. */
export function eventsView({ body, ...view }: ViewDefinition): WindowedView | undefined {
  if (body.kind === "windowed") return { ...view, body };
  return body.kind === "alias" ? body.of : undefined;
}
