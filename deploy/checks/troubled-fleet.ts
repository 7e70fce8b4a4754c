import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AlertReceiver } from '../../test/chaos/alert-receiver.ts';
import type { SandboxLine, SandboxProcess } from '../../test/chaos/sandbox-process.ts';
import { say } from '../../test/chaos/say.ts';
import { type Policy, writeConfig } from '../../test/chaos/write-config.ts';

/** Virtual hours an hour: at 60 a burn of $50 an hour is one of $50 a minute. */
export const SPEED = 60;
/** One of each kind, by position: see {@link beginTrouble}. */
export const ACCOUNTS = 6;

const STANDARD: Policy = {
  minBalance: 20,
  topUp: { amount: 50 },
  caps: { per_charge: 200, day: 100_000, week: 200_000, month: 400_000, charges_per_day: 1_000 },
};
/** One top-up a day, and then the cap. */
const TIGHT: Policy = { ...STANDARD, caps: { per_charge: 50, day: 60 } };
const TIGHT_ONE = 3;
const LOGS_IN = 4;

/** A fleet in which everything that a panel can show happens within minutes. */
export function writeTroubledConfig(folder: string, sandbox: SandboxLine, receiver: AlertReceiver): string {
  mkdirSync(join(folder, 'secrets'), { recursive: true });
  const secretFile = join(folder, 'secrets', 'receiver');
  writeFileSync(secretFile, receiver.secret, { mode: 0o600 });
  return writeConfig(folder, sandbox, {
    poll: '2s',
    quarantine: '0s',
    policies: { standard: STANDARD, tight: TIGHT },
    policyOf: (index) => (index === TIGHT_ONE ? 'tight' : 'standard'),
    groups: { render: { day: 200_000 } },
    groupOf: (index) => (index < 2 ? 'render' : null),
    caps: { day: 300_000 },
    alerts: {
      receivers: {
        ops: { webhook: { url: receiver.url, secret: { file: secretFile }, allow_private: true } },
      },
      routes: [{ to: ['ops'] }],
    },
    credentialsOf: ({ name, email, password, token }, index) => {
      const file = join(folder, 'secrets', name);
      writeFileSync(file, index === LOGS_IN ? password : token, { mode: 0o600 });
      return index === LOGS_IN ? { email, password: { file } } : { token: { file } };
    },
  });
}

/**
 * 0 burns and is topped up every minute; 1 is low and its card is lost; 2 is past due and can pay; 3 runs into its
 * cap; 4 logs in by password; 5 idles, its subscription paused.
 */
export async function beginTrouble(sandbox: SandboxProcess): Promise<void> {
  const names = sandbox.line.accounts.map(({ name }) => name);
  const patch = async (index: number, change: Readonly<Record<string, unknown>>) => {
    await sandbox.patchAccount(names[index] ?? '', change);
  };
  await patch(0, { burn: 50, balance: 25 });
  // The card stays the same one: a charge to a card that is gone would be refused, not declined.
  const visa = `pm_${names[1]?.replaceAll('-', '_')}_visa`;
  await patch(1, { balance: 8, cards: [{ id: visa, behaviour: 'lost_card' }] });
  await patch(2, { subscription: { status: 'past_due' } });
  await patch(3, { burn: 60, balance: 22 });
  await patch(5, { burn: 0, subscription: { status: 'paused' } });
}

/** Bad weather now and then until the time is over: lost answers, errors, too many calls; fair in between. */
export async function badWeather(sandbox: SandboxProcess, endMs: number): Promise<void> {
  const low = sandbox.line.accounts[0]?.name ?? '';
  const fair = { lost_response: 0, error_after_effect: 0, rate_limited: 0, latency_ms: 20 };
  while (performance.now() < endMs) {
    say('bad weather: answers are lost, calls refused');
    await sandbox.patchAccount(low, { balance: 10 });
    const chargesBefore = (await sandbox.charges()).length;
    await sandbox.setFaults({ ...fair, lost_response: 0.5, error_after_effect: 0.2 });
    for (let waited = 0; waited < 100 && (await sandbox.charges()).length === chargesBefore; waited += 1)
      await pause(150, endMs);
    await sandbox.setFaults({ ...fair, lost_response: 1 }); // a doubt that is open is there for two scrapes
    await pause(12_000, endMs);
    await sandbox.setFaults({ ...fair, rate_limited: 0.3 });
    await pause(15_000, endMs);
    await sandbox.setFaults(fair);
    say('fair weather');
    await pause(60_000, endMs);
  }
  await sandbox.setFaults(fair);
}

async function pause(ms: number, endMs: number): Promise<void> {
  await sleep(Math.max(0, Math.min(ms, endMs - performance.now())));
}
