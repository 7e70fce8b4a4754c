import { z } from 'zod';
import type { FaultSettings } from './provider/fault-settings.ts';
import { faultUniform, happens } from './provider/random.ts';
import type { World } from './provider/world.ts';

const rate = z.number().min(0).max(1);
const milliseconds = z.number().int().min(0).max(31_536_000_000);

/** Names, ranges and the meaning of each in `provider/fault-settings.ts`. */
export const FAULTS_SCHEMA = z
  .strictObject({
    latency_ms: z.number().int().min(0).max(600_000),
    lost_request: rate,
    lost_response: rate,
    error_before_effect: rate,
    error_after_effect: rate,
    garbage: rate,
    stale_balance: rate,
    delayed_ledger_rows: rate,
    ledger_delay_ms: milliseconds,
    torn_totals: z.boolean(),
    rate_limited: rate,
    unauthorized: rate,
    key_retention_ms: milliseconds,
    decline_caching: rate,
    fund_answer: z.enum(['full', 'balance_only']),
  })
  .partial();

/** What goes wrong with one request: drawn once, when it arrives, from the world's own generator. */
export type Weather = {
  readonly losesRequest: boolean;
  readonly isUnauthorized: boolean;
  readonly isRateLimited: boolean;
  readonly failsBefore: boolean;
  readonly failsAfter: boolean;
  readonly losesResponse: boolean;
  /** 0 to 1: which kind of garbage; `null` is none. */
  readonly garbage: number | null;
  readonly latencyBeforeMs: number;
  readonly latencyAfterMs: number;
};

const FAIR: Weather = {
  losesRequest: false,
  isUnauthorized: false,
  isRateLimited: false,
  failsBefore: false,
  failsAfter: false,
  losesResponse: false,
  garbage: null,
  latencyBeforeMs: 0,
  latencyAfterMs: 0,
};

export function drawWeather(world: World): Weather {
  const { faults } = world;
  if (isQuiet(faults)) return FAIR;
  const share = faults.latency_ms > 0 ? faultUniform(world) : 0;
  const latencyBeforeMs = Math.round(faults.latency_ms * share);
  return {
    losesRequest: happens(world, faults.lost_request),
    isUnauthorized: happens(world, faults.unauthorized),
    isRateLimited: happens(world, faults.rate_limited),
    failsBefore: happens(world, faults.error_before_effect),
    failsAfter: happens(world, faults.error_after_effect),
    losesResponse: happens(world, faults.lost_response),
    garbage: happens(world, faults.garbage) ? faultUniform(world) : null,
    latencyBeforeMs,
    latencyAfterMs: faults.latency_ms - latencyBeforeMs,
  };
}

function isQuiet(faults: FaultSettings): boolean {
  const { latency_ms, lost_request, lost_response, error_before_effect, error_after_effect } = faults;
  const { garbage, rate_limited, unauthorized } = faults;
  return (
    latency_ms + lost_request + lost_response + error_before_effect + error_after_effect === 0 &&
    garbage + rate_limited + unauthorized === 0
  );
}

const GARBAGE: readonly ((text: string) => string)[] = [
  () => '<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>',
  (text) => text.slice(0, Math.max(1, Math.floor(text.length / 2))),
  () => '',
  () => '{"data":"ok","error":null,"meta":[]}',
  () => '{"data":{"balance":null,"status":17,"items":"none","wallet":[],"id":{}},"error":null,"meta":{}}',
];

/** A body that a decoder has to refuse. */
export function garble(text: string, kind: number): string {
  const spoil = GARBAGE[Math.floor(kind * GARBAGE.length)];
  return spoil === undefined ? '' : spoil(text);
}
