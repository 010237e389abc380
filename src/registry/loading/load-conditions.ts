import type { CertifiedModel } from "../../contracts/model-source.ts";
import { SluiceError } from "../../core/errors.ts";
import type { RegistryOptions } from "../registry-options.ts";
import { loggedDeprecation } from "../versions/deprecate-version.ts";
import { deprecationText } from "../versions/deprecation-text.ts";
import type { ModelCounters } from "../versions/model-row.ts";
import { versionSubject } from "../versions/version-key.ts";
import type { StoredVersion } from "../versions/version-table.ts";
import type { VerifiedRecord } from "./verified-record.ts";

/**
 * What speaks against loading a version that is certified: it is deprecated, or stands there by an emergency. Past their ends they refuse it.
 * The instants of the registry and of the audit log count, which never go back. Errors: `certificate/expired`, `registry/deprecated`, `registry/tampered`.
 */
export function loadConditions(
  options: RegistryOptions,
  { version }: StoredVersion,
  { certificate, standing, events, loggedMs }: VerifiedRecord,
  { lastMs }: ModelCounters,
): Pick<CertifiedModel, "warnings" | "validUntilMs"> {
  const nowMs = Math.max(options.clock.nowMs(), lastMs, loggedMs);
  const deprecation = loggedDeprecation(standing, version, events);
  const { breakGlass, actor, reason } = certificate.body;
  const subject = versionSubject(version);
  if (breakGlass !== undefined && !(nowMs < breakGlass.untilMs)) throw expired(subject, breakGlass.untilMs, nowMs);
  if (deprecation !== undefined && deprecation.untilMs !== null && !(nowMs < deprecation.untilMs))
    throw deprecated(subject, deprecationText(deprecation));
  const warnings = [
    ...(breakGlass === undefined
      ? []
      : [
          `BREAK-GLASS: ${subject} passed closed gates by ${actor} (${breakGlass.role}): ${reason}; it is refused from ${new Date(breakGlass.untilMs).toISOString()} on, unless promote() confirms it`,
        ]),
    ...(deprecation === undefined ? [] : [`${subject} is deprecated: ${deprecationText(deprecation)}`]),
  ];
  for (const warning of warnings) options.logger?.warn({ model: version.name, version: version.version }, warning);
  const ends = [breakGlass?.untilMs, deprecation?.untilMs ?? undefined].filter((end) => end !== undefined);
  return {
    ...(warnings.length === 0 ? {} : { warnings }),
    ...(ends.length === 0 ? {} : { validUntilMs: Math.min(...ends) }),
  };
}

function expired(subject: string, untilMs: number, nowMs: number): SluiceError {
  return new SluiceError("certificate/expired", {
    found: `${subject}, by break-glass until ${new Date(untilMs).toISOString()}; it is ${new Date(nowMs).toISOString()}`,
    expected: "a certificate of its gates, or one that permits it still",
    fix: "Confirm it through its gates with promote() to the same stage, or roll back to another version.",
  });
}

function deprecated(subject: string, text: string): SluiceError {
  return new SluiceError("registry/deprecated", {
    found: `${subject}, deprecated: ${text}`,
    expected: "a version that may still be used",
    fix: "Use the version in its place, or take the deprecation back with reinstate().",
  });
}
