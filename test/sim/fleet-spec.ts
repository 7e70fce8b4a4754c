import { RETENTION_DEFAULT_MS } from '../../src/domain/balance-history.ts';
import {
  type AccountName,
  type GroupName,
  type PlanId,
  parseName,
  parseProviderId,
} from '../../src/domain/ids.ts';
import { cents } from '../../src/domain/money.ts';
import { Secret } from '../../src/domain/secret.ts';
import type { AccountSpec, CapsSpec, FleetSpec } from '../../src/domain/spec.ts';
import { HOUR_MS } from '../../src/domain/time.ts';
import type { AccountPlan, Plan, Wishes } from './plan.ts';

const NO_CAPS: CapsSpec = {
  perChargeCents: null,
  dayCents: null,
  weekCents: null,
  monthCents: null,
  chargesPerDay: null,
};

export type Credentials = { readonly token: string; readonly email: string; readonly password: string };

/** What the daemon would make of a config that says so. */
export function fleetSpec(options: {
  readonly plan: Plan;
  readonly wishes: Wishes;
  readonly revision: string;
  readonly storePath: string;
  /** Accounts that are not in the config now. */
  readonly away: ReadonlySet<string>;
  readonly credentials: ReadonlyMap<string, Credentials>;
}): FleetSpec {
  const { plan, wishes, revision, storePath, away, credentials } = options;
  const accounts = new Map<AccountName, AccountSpec>();
  for (const account of plan.accounts.filter(({ name }) => !away.has(name))) {
    const keys = credentials.get(account.name);
    if (keys === undefined) throw new Error(`${account.name} has no credentials`);
    const spec = accountSpec(plan, wishes, account, keys);
    accounts.set(spec.name, spec);
  }
  return {
    revision,
    mode: 'enforce',
    provider: {
      kind: 'remote',
      baseUrl: 'http://127.0.0.1/api/agents/v1',
      stripeUrl: 'http://127.0.0.1/stripe',
    },
    server: { host: '127.0.0.1', port: 0, apiToken: null },
    store: { kind: 'sqlite', path: storePath },
    quarantineMs: plan.quarantineMs,
    history: { retentionMs: RETENTION_DEFAULT_MS },
    caps: { ...NO_CAPS, dayCents: wishes.fleetDayCents === null ? null : cents(wishes.fleetDayCents) },
    groups: groupsOf(wishes),
    accounts,
    alerts: {
      receivers: new Map([
        [
          'ops',
          { kind: 'slack', webhookUrl: new Secret('https://hooks.slack.com/services/sim'), payLinks: true },
        ],
      ]),
      routes: [{ severities: [], groups: [], to: ['ops'], continues: false }],
      repeatMs: 4 * HOUR_MS,
      groupWaitMs: 0, // the last message of a run is told before its end
      runbooks: 'docs/runbooks',
      heartbeat: null,
    },
  };
}

function groupsOf({ groupDayCents }: Wishes): FleetSpec['groups'] {
  return new Map(
    groupDayCents === null ? [] : [[groupName(), { ...NO_CAPS, dayCents: cents(groupDayCents) }]],
  );
}

function groupName(): GroupName {
  const name = parseName<GroupName>('others');
  if (name === null) throw new Error('not a name');
  return name;
}

function accountSpec(plan: Plan, wishes: Wishes, account: AccountPlan, keys: Credentials): AccountSpec {
  const name = parseName<AccountName>(account.name);
  const planId = parseProviderId<PlanId>(plan.planId);
  if (name === null || planId === null) throw new Error('not a name');
  const payWith = wishes.usesOtherCards
    ? ([{ kind: 'default' }, { kind: 'others' }] as const)
    : ([{ kind: 'default' }] as const);
  const { dayCents, weekCents, monthCents, chargesPerDay } = wishes;
  return {
    name,
    group: wishes.groupDayCents === null || account.name === plan.accounts[0]?.name ? null : groupName(),
    credentials: plan.isByLogin
      ? { kind: 'password', email: keys.email, password: new Secret(keys.password), place: 'the plan' }
      : { kind: 'token', token: new Secret(keys.token), place: 'the plan' },
    schedule: { kind: 'every', periodMs: plan.pollMs },
    timezone: 'UTC',
    billingInfo: null,
    policy: {
      name: 'standard',
      wallet: {
        minBalanceCents: cents(wishes.minCents),
        topUp: { kind: 'amount', amountCents: cents(wishes.topUpCents) },
        cooldownMs: wishes.cooldownMs,
        payWith,
        foreignCredits: 'alert',
        linksPerDay: 3,
        autoFunding: { kind: 'leave' },
        maxBalanceCents: null,
        coupons: [],
      },
      caps: {
        perChargeCents: null,
        dayCents: cents(dayCents),
        weekCents: cents(weekCents),
        monthCents: cents(monthCents),
        chargesPerDay,
      },
      subscription:
        account.subscription !== 'none'
          ? {
              plan: { kind: 'id', id: planId },
              rules: [],
              pause: null,
              enforce: false,
              payWith,
              linksPerDay: 3,
              whenPastDue: 'fix_payment',
              whenPaused: 'resume',
              whenCanceled: 'subscribe',
              whenWrongPlan: 'change',
            }
          : null,
      invoices: null,
    },
  };
}
