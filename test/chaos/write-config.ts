import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SandboxLine } from './sandbox-process.ts';

/** Dollars and counts, named as in the config. */
export type Caps = {
  readonly per_charge?: number;
  readonly day?: number;
  readonly week?: number;
  readonly month?: number;
  readonly charges_per_day?: number;
};
export type Policy = {
  readonly minBalance: number;
  readonly topUp: { readonly amount: number } | { readonly to: number };
  readonly caps: Caps;
};
/** What a script's purser is to keep: every account of the sandbox under one of these policies. */
export type Fleet = {
  readonly poll: string;
  readonly quarantine: string;
  readonly policies: Readonly<Record<string, Policy>>;
  readonly policyOf: (index: number) => string;
  readonly groups?: Readonly<Record<string, Caps>>;
  readonly groupOf?: (index: number) => string | null;
  readonly caps?: Caps;
  readonly alerts?: unknown;
  /** Path of the database; purser.db beside the config if left out. */
  readonly store?: string;
  /** How an account proves who it is. Default: a token from a file. */
  readonly credentialsOf?: (account: SandboxLine['accounts'][number], index: number) => unknown;
};

/** Writes a config, its secret files and nothing else into the folder. Returns the config's path. */
export function writeConfig(folder: string, sandbox: SandboxLine, fleet: Fleet): string {
  const {
    poll,
    quarantine,
    policies,
    policyOf,
    groups = {},
    groupOf,
    caps,
    alerts,
    store = './purser.db',
    credentialsOf,
  } = fleet;
  mkdirSync(join(folder, 'secrets'), { recursive: true });
  const accounts = sandbox.accounts.map((account, index) => {
    const file = join(folder, 'secrets', account.name);
    writeFileSync(file, account.token, { mode: 0o600 });
    const group = groupOf?.(index) ?? null;
    const credentials = credentialsOf?.(account, index) ?? { token: { file } };
    return {
      name: account.name,
      policy: policyOf(index),
      ...(group === null ? {} : { group }),
      ...credentials,
    };
  });
  const config = {
    version: 1,
    mode: 'enforce',
    provider: { base_url: sandbox.base_url, stripe_url: sandbox.stripe_url },
    server: { listen: '127.0.0.1:0' },
    store: `sqlite:${store}`,
    quarantine,
    defaults: { poll },
    policies: Object.fromEntries(
      Object.entries(policies).map(([name, policy]) => [name, policyText(policy)]),
    ),
    groups: Object.fromEntries(Object.entries(groups).map(([name, limits]) => [name, { caps: limits }])),
    accounts,
    ...(caps === undefined ? {} : { caps }),
    ...(alerts === undefined ? {} : { alerts }),
  };
  const path = join(folder, 'purser.yaml');
  writeFileSync(path, JSON.stringify(config, null, 2)); // JSON is YAML
  return path;
}

function policyText({ minBalance, topUp, caps }: Policy): unknown {
  return {
    wallet: { min_balance: minBalance, top_up: topUp, cooldown: '0s', pay_with: ['default'] },
    caps,
    subscription: {
      when_past_due: 'fix_payment',
      when_paused: 'leave',
      when_canceled: 'leave',
      when_wrong_plan: 'leave',
    },
  };
}
