import { EventEmitter } from "eventemitter3";

/** Events by name, each with its payload. */
export type EventMap = { readonly [name: string]: unknown };

/** Announces typed events; listeners inform, they never carry control flow that must not be lost. */
export interface Events<M extends EventMap> {
  /** Calls `listener` at each event of that name; returns a function that stops it. */
  on<K extends keyof M & string>(name: K, listener: (payload: M[K]) => void): () => void;
  /** Announces an event. */
  emit<K extends keyof M & string>(name: K, payload: M[K]): void;
}

/** Makes an {@link Events}. */
export function typedEvents<M extends EventMap>(): Events<M> {
  const emitter = new EventEmitter();
  return {
    on: (name, listener) => {
      emitter.on(name, listener);
      return () => {
        emitter.off(name, listener);
      };
    },
    emit: (name, payload) => {
      emitter.emit(name, payload);
    },
  };
}
