import type { DatasetDefinition } from "../../contracts/dataset-definition.ts";
import type { ViewDefinition } from "../../contracts/feature-definition.ts";
import type { ServiceDefinition } from "../../contracts/feature-service.ts";
import { takenViews } from "../../features/definitions/taken-views.ts";

/** A windowed view with the dataset that it is on. */
export interface SourceView {
  readonly view: ViewDefinition;
  readonly source: DatasetDefinition;
}

/** The windowed views of a service, those that its other views take with them. */
export function windowedViews(service: ServiceDefinition): readonly SourceView[] {
  const found = new Map<string, SourceView>();
  const visit = (view: ViewDefinition): void => {
    if (view.body.kind === "windowed") found.set(view.hash, { view, source: view.body.source });
    else takenViews(view).forEach(visit);
  };
  service.views.forEach(visit);
  return [...found.values()];
}
