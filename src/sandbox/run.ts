import type { Clock } from '../domain/ports.ts';
import { fleet } from './population.ts';
import { type Sandbox, startSandbox } from './server.ts';

export type RunSandboxOptions = {
  readonly port: number;
  /** How many accounts. */
  readonly accounts: number;
  readonly seed: string;
  readonly speed: number;
  readonly json: boolean;
  readonly clock: Clock;
  readonly stdout: { write(text: string): unknown };
  /** Ends the sandbox. */
  readonly signal: AbortSignal;
  readonly host?: string;
  readonly statePath?: string;
};

/** The `purser sandbox` command: starts, says where, and stays until `signal` aborts. */
export async function runSandbox(options: RunSandboxOptions): Promise<void> {
  const { port, seed, speed, clock, stdout, signal, host, statePath } = options;
  const sandbox = await startSandbox({
    port,
    seed,
    speed,
    clock,
    accounts: fleet({ count: options.accounts, seed }),
    ...(host === undefined ? {} : { host }),
    ...(statePath === undefined ? {} : { statePath }),
  });
  try {
    stdout.write(options.json ? `${machineLine(sandbox)}\n` : humanText(sandbox, speed));
    await aborted(signal);
  } finally {
    await sandbox.close();
  }
}

function machineLine(sandbox: Sandbox): string {
  return JSON.stringify({
    base_url: sandbox.baseUrl,
    stripe_url: sandbox.stripeUrl,
    control_url: sandbox.controlUrl,
    accounts: sandbox.accounts,
  });
}

const ACCOUNTS_SHOWN_MAX = 20;

/** A config holds no secret itself, so the tokens go into the environment. */
function humanText(sandbox: Sandbox, speed: number): string {
  const shown = sandbox.accounts.slice(0, ACCOUNTS_SHOWN_MAX);
  const hidden = sandbox.accounts.length - shown.length;
  const accounts = shown.map(({ name }) => `  - { name: ${name}, token: { env: ${variableOf(name)} } }`);
  return [
    `The sandbox is up: ${sandbox.accounts.length} accounts, no real money, ${speed} virtual hours an hour.`,
    `Control: ${sandbox.controlUrl}/ (docs/sandbox.md)`,
    '',
    'Put this into purser.yaml:',
    '',
    'version: 1',
    'mode: enforce',
    `provider: { base_url: ${sandbox.baseUrl}, stripe_url: ${sandbox.stripeUrl} }`,
    'quarantine: 0s # no journal can have been lost here',
    'defaults: { poll: 5s, policy: standard }',
    'policies:',
    '  standard:',
    '    wallet: { min_balance: 20, top_up: { amount: 50 }, cooldown: 1m }',
    '    caps: { per_charge: 100, day: 500, month: 5000 }',
    'accounts:',
    ...accounts,
    ...(hidden > 0 ? [`  # and ${hidden} more: --json prints all`] : []),
    '',
    'and this into the shell that runs it:',
    '',
    ...shown.map(({ name, token }) => `export ${variableOf(name)}='${token}'`),
    '',
  ].join('\n');
}

/** "agent-0001" to "AGENT_0001_TOKEN". */
function variableOf(name: string): string {
  return `${name.toUpperCase().replace(/[^A-Z0-9]/g, '_')}_TOKEN`;
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
