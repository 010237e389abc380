const prefix = "request:";

/** The name of what stands for a feature service in a model without one: its request's own fields. */
export function requestServiceName(model: string): string {
  return `${prefix}${model}`;
}

/** Whether a service is no feature service, but a request's own fields. */
export function isRequestService({ name }: { readonly name: string }): boolean {
  return name.startsWith(prefix);
}
