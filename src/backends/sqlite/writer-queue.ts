import type { WaitBudget } from "../sql/wait-budget.ts";

/** Lets the writers of one process in, one at a time, in the order they came. */
export interface WriterQueue {
  /** Waits for its turn and returns the function that ends it. Errors: `metadata/busy`, `metadata/aborted`. */
  enter(budget: WaitBudget): Promise<() => void>;
}

/** Makes a {@link WriterQueue}. */
export function writerQueue(): WriterQueue {
  let last: Promise<void> = Promise.resolve();
  let free = true;
  return {
    enter: async (budget) => {
      const before = last;
      const atOnce = free;
      free = false;
      let leave = (): void => undefined;
      const mine = new Promise<void>((resolve) => {
        leave = () => {
          if (last === mine) free = true;
          resolve();
        };
      });
      last = mine;
      try {
        if (atOnce) budget.check();
        else await budget.race(before);
        return leave;
      } catch (error) {
        void before.then(leave);
        throw error;
      }
    },
  };
}
