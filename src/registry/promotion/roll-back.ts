import { isSluiceError } from "../../core/errors.ts";
import { formerChampion } from "../gates/former-champion.ts";
import { verifiedCertificate } from "../loading/verified-record.ts";
import { whileSettled } from "../loading/while-settled.ts";
import type { RegistryOptions } from "../registry-options.ts";
import type { RegistryTables } from "../tables.ts";
import { requireRequest, type TransitionRequest } from "../versions/transition-request.ts";
import { type VersionKey, versionSubject } from "../versions/version-key.ts";
import { readVersion } from "../versions/version-table.ts";
import type { PromotionResult } from "./promotion-result.ts";
import { promoteVersion } from "./promote-version.ts";

/**
 * Brings an archived, formerly certified production version back. The policy's production gates are judged again, except the comparison with
 * the champion and the rollout: what is being left is the champion. No approval is asked for; the reason goes on record.
 */
export async function rollBack(
  options: RegistryOptions,
  key: VersionKey,
  request: TransitionRequest,
): Promise<PromotionResult> {
  requireRequest(key.name, request);
  const former = formerChampion(await heldProduction(options, key));
  return await promoteVersion(options, { key, to: "production", former, actor: request.actor, reason: request.reason });
}

async function heldProduction(
  options: RegistryOptions,
  key: VersionKey,
): Promise<{ readonly valid: boolean; readonly reason: string }> {
  const sql = options.metadata.sql.withTables<RegistryTables>();
  await readVersion(sql, key, options.verifier);
  try {
    const { body, digest } = await whileSettled(options, key.name, async () => {
      const stored = await readVersion(sql, key, options.verifier);
      return await verifiedCertificate(options, stored);
    });
    const { to } = body.transition;
    if (to !== "production")
      return {
        valid: false,
        reason: `${versionSubject(key)} was never in production: its last certificate is for "${to}"`,
      };
    if (body.breakGlass !== undefined)
      return {
        valid: false,
        reason: `${versionSubject(key)} was in production by break-glass alone: its gates never confirmed it`,
      };
    return { valid: true, reason: `in production before, by certificate ${digest}` };
  } catch (error) {
    if (!isSluiceError(error)) throw error;
    return { valid: false, reason: error.message };
  }
}
