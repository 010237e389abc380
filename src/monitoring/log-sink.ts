import type { AlertSink } from "../contracts/monitor.ts";
import { requireMade } from "../core/known-arguments.ts";
import type { Logger } from "../core/logger.ts";

const loggerMade = { what: "a logger", by: "pino's", members: { warn: "function" } } as const;

/** The default alert sink, named `log`: one warning per alert. Errors: `argument/invalid`. */
export function logSink(logger: Logger): AlertSink {
  requireMade("logSink()", logger, loggerMade);
  return {
    name: "log",
    deliver: (alert, monitor) => {
      logger.warn(
        { alert: alert.id, monitor: alert.monitor, owner: monitor.response.owner, runbook: monitor.response.runbook },
        alert.cause,
      );
      return Promise.resolve();
    },
  };
}
