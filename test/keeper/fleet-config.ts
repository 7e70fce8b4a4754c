import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { loadConfig } from '../../src/config/load-config.ts';
import type { FleetSpec } from '../../src/domain/spec.ts';
import type { Sandbox } from '../../src/sandbox/server.ts';
import { quickDisk } from '../quick-disk.ts';

/** What a test says about its config; the rest is a wallet kept above $20 by $50 at a time. */
export type Wish = {
  readonly mode?: 'observe' | 'enforce';
  readonly quarantine?: string;
  readonly poll?: string;
  readonly listen?: string;
  /** What POST requests must carry. */
  readonly apiToken?: string;
  /** `null` keeps hands off the wallet. */
  readonly wallet?: Readonly<Record<string, unknown>> | null;
  readonly subscription?: Readonly<Record<string, unknown>>;
  readonly billingInfo?: Readonly<Record<string, unknown>>;
  readonly invoices?: Readonly<Record<string, unknown>>;
  readonly caps?: Readonly<Record<string, unknown>>;
  readonly fleetCaps?: Readonly<Record<string, unknown>>;
  readonly groups?: Readonly<Record<string, unknown>>;
  readonly alerts?: Readonly<Record<string, unknown>>;
  /** Names of sandbox accounts to keep, each with what its entry says besides; all of them if left out. */
  readonly accounts?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** By e-mail and password instead of a token. */
  readonly isByLogin?: boolean;
};

const WALLET = { min_balance: 20, top_up: { amount: 50 }, cooldown: '10m' };
const CAPS = { per_charge: 500, day: 5_000, month: 20_000 };

/** A folder that is gone when the test is over. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(quickDisk(), 'purser-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The text of a config for the accounts of a sandbox: JSON, which is YAML. Tokens come from the environment. */
export function configText(sandbox: Sandbox, wish: Wish = {}): string {
  const { wallet = {}, accounts } = wish;
  const names = sandbox.accounts.map(({ name }) => name);
  const entries = accounts ?? Object.fromEntries(names.map((name) => [name, {}]));
  return JSON.stringify({
    version: 1,
    mode: wish.mode ?? 'enforce',
    provider: { base_url: sandbox.baseUrl, stripe_url: sandbox.stripeUrl },
    server: {
      listen: wish.listen ?? '127.0.0.1:0',
      ...(wish.apiToken === undefined ? {} : { api_token: { env: 'API_TOKEN' } }),
    },
    store: 'sqlite:./purser.db',
    quarantine: wish.quarantine ?? '0s',
    defaults: { poll: wish.poll ?? '60s', policy: 'standard' },
    ...(wish.fleetCaps === undefined ? {} : { caps: wish.fleetCaps }),
    ...(wish.groups === undefined ? {} : { groups: wish.groups }),
    policies: {
      standard: {
        ...(wallet === null ? {} : { wallet: { ...WALLET, ...wallet } }),
        caps: wish.caps ?? CAPS,
        ...(wish.billingInfo === undefined ? {} : { billing_info: wish.billingInfo }),
        ...(wish.invoices === undefined ? {} : { invoices: wish.invoices }),
        ...(wish.subscription === undefined ? {} : { subscription: wish.subscription }),
      },
    },
    accounts: Object.entries(entries).map(([name, more]) => ({
      name,
      ...(wish.isByLogin === true
        ? { email: `${name}@sandbox.purser.test`, password: passwordOf(name) }
        : { token: tokenOf(name) }),
      ...more,
    })),
    ...(wish.alerts === undefined ? {} : { alerts: wish.alerts }),
  });
}

/** The variables that the tokens of `configText` come from. */
export function tokenEnvironment(sandbox: Sandbox): Readonly<Record<string, string>> {
  return Object.fromEntries(
    sandbox.accounts.flatMap(({ name, token, password }) => [
      [tokenOf(name).env, token],
      [passwordOf(name).env, password],
    ]),
  );
}

function passwordOf(name: string): { readonly env: string } {
  return { env: `PASSWORD_${name.replaceAll('-', '_').toUpperCase()}` };
}

function tokenOf(name: string): { readonly env: string } {
  return { env: `TOKEN_${name.replaceAll('-', '_').toUpperCase()}` };
}

/** The spec that the daemon would make of such a config. */
export function fleetSpec(sandbox: Sandbox, wish: Wish, folder: string): FleetSpec {
  const path = join(folder, 'purser.yaml');
  writeFileSync(path, configText(sandbox, wish));
  const env = {
    ...tokenEnvironment(sandbox),
    ...(wish.apiToken === undefined ? {} : { API_TOKEN: wish.apiToken }),
  };
  const loaded = loadConfig({ path, env });
  if (loaded.ok) return loaded.spec;
  throw new Error(loaded.problems.map((problem) => problem.message).join('\n'));
}
