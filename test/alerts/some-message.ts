import { walletLow } from '../../src/alerts/incident-facts.ts';
import { assert } from '../../src/domain/assert.ts';
import { type AccountName, type GroupName, parseName } from '../../src/domain/ids.ts';
import type { IncidentFact, OutboxMessage } from '../../src/domain/incident.ts';
import { cents, microUsd } from '../../src/domain/money.ts';
import { Secret } from '../../src/domain/secret.ts';
import { type EpochMs, epochMs } from '../../src/domain/time.ts';

export const WEBHOOK_SECRET = new Secret(
  `whsec_${Buffer.from('0123456789abcdef0123456789abcdef').toString('base64')}`,
);
export const SOME_INSTANT = epochMs(Date.UTC(2026, 10, 23, 15, 4, 5));

export function account(name: string): AccountName {
  const parsed = parseName<AccountName>(name);
  assert(parsed !== null, `not a name: ${name}`);
  return parsed;
}

export function group(name: string): GroupName {
  const parsed = parseName<GroupName>(name);
  assert(parsed !== null, `not a name: ${name}`);
  return parsed;
}

function someFact(changes: Partial<IncidentFact> = {}): IncidentFact {
  return {
    ...walletLow({
      account: account('render-eu'),
      balanceMicroUsd: microUsd(3_100_000),
      minimumCents: cents(2_000),
      runwayMs: null,
      why: 'Cooling down.',
    }),
    ...changes,
  };
}

export function someMessage(
  id: string,
  options: {
    at?: EpochMs;
    startedAt?: EpochMs;
    status?: OutboxMessage['status'];
    fact?: Partial<IncidentFact>;
  } = {},
): OutboxMessage {
  const { at = SOME_INSTANT, startedAt = at, status = 'firing', fact = {} } = options;
  return { id, status, fact: someFact(fact), at, startedAt };
}
