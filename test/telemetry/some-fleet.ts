import { assert } from '../../src/domain/assert.ts';
import { RETENTION_DEFAULT_MS } from '../../src/domain/balance-history.ts';
import { type AccountName, parseName } from '../../src/domain/ids.ts';
import { cents } from '../../src/domain/money.ts';
import { Secret } from '../../src/domain/secret.ts';
import type { AccountSpec, CapsSpec, FleetSpec } from '../../src/domain/spec.ts';
import { MINUTE_MS } from '../../src/domain/time.ts';

const NO_CAPS: CapsSpec = {
  perChargeCents: null,
  dayCents: null,
  weekCents: null,
  monthCents: null,
  chargesPerDay: null,
};

export function account(name: string): AccountName {
  const parsed = parseName<AccountName>(name);
  assert(parsed !== null, `not a name: ${name}`);
  return parsed;
}

/** A fleet whose accounts have a wallet, caps and a subscription that is mended. */
export function someFleet(names: readonly string[], changes: Partial<FleetSpec> = {}): FleetSpec {
  return {
    revision: 'abc123',
    mode: 'enforce',
    provider: { kind: 'sandbox', speed: 1 },
    server: { host: '127.0.0.1', port: 0, apiToken: null },
    store: { kind: 'sqlite', path: ':memory:' },
    quarantineMs: 0,
    history: { retentionMs: RETENTION_DEFAULT_MS },
    caps: NO_CAPS,
    groups: new Map(),
    accounts: new Map(names.map((name) => [account(name), someAccount(account(name))])),
    alerts: {
      receivers: new Map([
        ['ops', { kind: 'slack', webhookUrl: new Secret('https://hooks.example/x'), payLinks: false }],
      ]),
      routes: [],
      repeatMs: 0,
      groupWaitMs: 30_000,
      runbooks: 'docs/runbooks',
      heartbeat: null,
    },
    ...changes,
  };
}

function someAccount(name: AccountName): AccountSpec {
  return {
    name,
    group: null,
    billingInfo: null,
    credentials: { kind: 'sandbox' },
    schedule: { kind: 'every', periodMs: MINUTE_MS },
    timezone: 'UTC',
    policy: {
      name: 'standard',
      wallet: {
        minBalanceCents: cents(2_000),
        topUp: { kind: 'amount', amountCents: cents(5_000) },
        cooldownMs: 0,
        payWith: [{ kind: 'default' }],
        foreignCredits: 'alert',
        linksPerDay: 2,
        autoFunding: { kind: 'leave' },
        maxBalanceCents: null,
        coupons: [],
      },
      caps: {
        ...NO_CAPS,
        perChargeCents: cents(10_000),
        dayCents: cents(20_000),
        monthCents: cents(150_000),
      },
      subscription: {
        plan: null,
        rules: [],
        pause: null,
        enforce: false,
        payWith: [{ kind: 'default' }],
        linksPerDay: 2,
        whenPastDue: 'fix_payment',
        whenPaused: 'leave',
        whenCanceled: 'alert',
        whenWrongPlan: 'alert',
      },
      invoices: null,
    },
  };
}
