import { mkdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { AlertReceiver } from './alert-receiver.ts';
import { doubleCharges, keyedCharges } from './compare-books.ts';
import { type JournalIntent, readJournal } from './journal-file.ts';
import { waitUntilQuiet } from './open-states.ts';
import { Proof } from './proof.ts';
import { PurserProcess } from './purser-process.ts';
import { readFlags } from './read-flags.ts';
import { SandboxProcess } from './sandbox-process.ts';
import { say, sayCounts } from './say.ts';
import { Seeded } from './seeded.ts';
import { startBurn, stopBurn } from './start-burn.ts';
import { TempHome } from './temp-home.ts';
import { needlessCharges } from './true-balance.ts';
import { type Fleet, writeConfig } from './write-config.ts';

/**
 * Two pursers on two databases keep the same accounts, a mistake that people make. One alone charges only while a
 * wallet is below its minimum; so must the two, and each must tell of the other.
 */
const flags = readFlags({ seconds: 60, many: 10, speed: 3_600, seed: 0, burn: 8 });
const FAULTS = {
  latency_ms: 40,
  lost_response: 0.1,
  garbage: 0.05,
  delayed_ledger_rows: 0.2,
  ledger_delay_ms: 3_000,
};
const FAIR = { latency_ms: 0, lost_response: 0, garbage: 0, delayed_ledger_rows: 0 };
const MIN_BALANCE = 50;

const proof = new Proof();
const random = new Seeded(flags.seed);
using home = new TempHome('two-pursers', () => proof.hasFailed);
say(`seed ${flags.seed}; in ${home.path}`);
const counts: Record<string, string | number> = { seed: flags.seed };
for (const accounts of [1, flags.many]) {
  for (const weather of ['fair', 'bad'] as const) await race(accounts, weather);
}
sayCounts('two-pursers', { ...counts, ...proof.counts() });

async function race(accounts: number, weather: 'fair' | 'bad'): Promise<void> {
  const title = `${accounts} account${accounts === 1 ? '' : 's'}, ${weather} weather`;
  const folder = home.file(`${accounts}-${weather}`);
  mkdirSync(folder);
  await using sandbox = await SandboxProcess.start(home, { ...flags, accounts });
  await using receiver = await AlertReceiver.open();
  const starts = await startBurn(sandbox, {
    speed: flags.speed,
    dollarsPerSecond: () => random.between(flags.burn / 2, flags.burn * 1.5),
    minBalance: () => MIN_BALANCE,
  });
  if (weather === 'bad') await sandbox.setFaults(FAULTS);
  const pursers = ['left', 'right'].map((name) => {
    const own = `${folder}/${name}`;
    const config = writeConfig(own, sandbox.line, fleet(receiver.url));
    const logs = { stdoutPath: `${own}/purser.log`, stderrPath: `${own}/purser.stderr` };
    const env = { CHAOS_WEBHOOK_SECRET: receiver.secret };
    return { own, purser: new PurserProcess({ cwd: own, config, env, ...logs }) };
  });
  for (const { purser } of pursers) await purser.url();
  await sleep(flags.seconds * 1_000);
  await sandbox.setFaults(FAIR);
  await stopBurn(sandbox);
  for (const { purser } of pursers) await waitUntilQuiet(purser, { minutes: 3 });
  await sleep(3_000); // the last alerts are on their way
  for (const { purser } of pursers) await purser.end('SIGTERM');

  const charges = await sandbox.charges();
  const keyed = keyedCharges(charges);
  proof.claim(`${title}: each key was charged once`, doubleCharges(charges));
  proof.claim(`${title}: no charge but what one alone would have made`, needlessCharges(charges, starts));
  const journals = pursers.map(({ own }) => readJournal(`${own}/purser.db`).intents);
  const settled = new Set(journals.flatMap(settledKeys));
  proof.claim(
    `${title}: no doubt is left open that the ledger can end`,
    journals.flatMap((intents) => endableDoubts(intents, { keyed, settled })),
  );
  proof.claim(
    `${title}: every charge is settled in a journal`,
    keyed.flatMap(({ key, account }) => (settled.has(key) ? [] : [`${account}: ${key}`])),
  );
  const told = pursers.map(({ purser }) => ({
    foreign: purser.seen('credit.foreign'),
    twins: purser.seen('charge.key_used_by_another'),
  }));
  const logged = told.reduce((sum, { foreign, twins }) => sum + foreign + twins, 0);
  const messages = receiver.messages.filter(({ fingerprint }) => /foreign_(credit|charge)/.test(fingerprint));
  proof.check(`${title}: the log tells of the other`, logged > 0, 'neither log has a line');
  proof.check(`${title}: a webhook tells of the other`, messages.length > 0, 'no message came');
  const silent = starts.filter(({ account }) => messages.every((message) => message.account !== account));
  proof.claim(
    `${title}: it is told for every account`,
    silent.map(({ account }) => account),
  );
  counts[`${title}: charges`] = keyed.length;
  counts[`${title}: foreign credits + twin keys logged`] = told
    .map(({ foreign, twins }) => `${foreign} + ${twins}`)
    .join(' / ');
  counts[`${title}: webhooks about them`] = messages.length;
}

function settledKeys(intents: readonly JournalIntent[]): readonly string[] {
  return intents.flatMap(({ key, state }) => (state === 'settled' ? [key] : []));
}

/**
 * A charge that both sent under one key, the answer to which one of them lost, is settled in the other's journal. Where
 * the other's next one has come meanwhile, with another key, two equal rows fit the lost answer, and rows name no keys;
 * once the wallet is full nothing is sent again, so that one is left to a person (charging.md, "In doubt").
 */
function endableDoubts(
  intents: readonly JournalIntent[],
  others: { readonly keyed: ReturnType<typeof keyedCharges>; readonly settled: ReadonlySet<string> },
): readonly string[] {
  const own = new Set(settledKeys(intents));
  const isForPerson = ({ key, account, amount_cents: cents, armed_at: armedAt }: JournalIntent): boolean => {
    const fitting = others.keyed.filter(
      (row) =>
        row.account === account && row.amount_cents === cents && row.at >= armedAt && !own.has(row.key),
    );
    return others.settled.has(key) && fitting.length > 1;
  };
  return intents
    .filter((intent) => intent.is_open === 1 && !isForPerson(intent))
    .map(({ id, account, state }) => `${id} of ${account}: ${state}`);
}

function fleet(webhookUrl: string): Fleet {
  const caps = { per_charge: 200, day: 100_000, charges_per_day: 1_000 };
  const webhook = { url: webhookUrl, secret: { env: 'CHAOS_WEBHOOK_SECRET' }, allow_private: true };
  return {
    poll: '2s',
    quarantine: '0s',
    policies: { only: { minBalance: MIN_BALANCE, topUp: { amount: 50 }, caps } },
    policyOf: () => 'only',
    alerts: { receivers: { hook: { webhook } } },
  };
}
