import { EventEmitter } from "eventemitter3";
import { type Logger, silentLogger } from "./logger.ts";

/** Events by name, each with its payload. */
export type EventMap = { readonly [name: string]: unknown };

/** Announces typed events; listeners inform, they never carry control flow that must not be lost. */
export interface Events<M extends EventMap> {
  /** Calls `listener` at each event of that name; returns a function that stops it. */
  on<K extends keyof M & string>(name: K, listener: (payload: M[K]) => void): () => void;
  /** Announces an event. */
  emit<K extends keyof M & string>(name: K, payload: M[K]): void;
}

/**
 * Makes an {@link Events}. A listener that throws is logged as an error and keeps neither the other listeners nor the announcer from going
 * on: what is announced has already happened.
 *
 * @param options `logger`: where such errors go. Default: nowhere.
 */
export function typedEvents<M extends EventMap>(options: { readonly logger?: Logger } = {}): Events<M> {
  const emitter = new EventEmitter();
  const logger = options.logger ?? silentLogger;
  return {
    on: (name, listener) => {
      const guarded = (payload: M[typeof name]): void => {
        try {
          listener(payload);
        } catch (error) {
          logger.error({ event: name, error }, "an event listener threw");
        }
      };
      emitter.on(name, guarded);
      return () => {
        emitter.off(name, guarded);
      };
    },
    emit: (name, payload) => {
      emitter.emit(name, payload);
    },
  };
}
