import type { AlertSink } from "../contracts/monitor.ts";
import type { Logger } from "../core/logger.ts";

/** The default alert sink, named `log`: one warning per alert. */
export function logSink(logger: Logger): AlertSink {
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
