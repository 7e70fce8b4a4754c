import { readFileSync, writeFileSync } from 'node:fs';
import { Child } from './child.ts';
import type { Canary } from './scan-bytes.ts';
import type { TempHome } from './temp-home.ts';

/** Cards that people type: they pass Stripe's checks, and their digits are nobody else's here. */
const TYPED_CARDS = [
  { number: '5200828282828210', cvc: '7391' },
  { number: '6011111111111117', cvc: '8264' },
] as const;
/** Four digits stand anywhere; with these around them they are a CVC. */
const AROUND_CVC = ['[cvc]=', '%5Bcvc%5D=', '"cvc":"', '"cvc":', 'cvc: '];

export const typedCanaries: readonly Canary[] = TYPED_CARDS.flatMap(({ number, cvc }) => [
  { name: 'a typed card number', value: number },
  ...AROUND_CVC.map((before) => ({ name: 'a typed CVC', value: `${before}${cvc}` })),
]);

export type HandWalk = {
  readonly home: TempHome;
  readonly config: string;
  readonly env: Readonly<Record<string, string>>;
  /** Names of accounts: of a token, and of an e-mail and password. */
  readonly accounts: readonly string[];
};

/** What the commands by hand said, file by file, with the exit codes. */
export class HandFiles {
  readonly paths: string[] = [];
  readonly exits = new Map<number | null, number>();

  /** Files in which a CVC stands as a word of its own. */
  bareCvcs(): readonly string[] {
    const bare = new RegExp(`(?<![\\w.])(${TYPED_CARDS.map(({ cvc }) => cvc).join('|')})(?!\\w)`);
    return this.paths.filter((path) => bare.test(readFileSync(path, 'latin1')));
  }
}

/** Commands by hand, two at a time, each in words for one account and as data for the next. */
export async function walkByHand(
  walk: HandWalk,
  round: { readonly name: string; readonly lines: readonly Line[] },
  files: HandFiles,
): Promise<void> {
  const { name, lines } = round;
  for (let at = 0; at < lines.length; at += 2) {
    const pair = lines.slice(at, at + 2);
    await Promise.all(pair.map((line, offset) => run(walk, line, `${name}-${at + offset}`, files)));
  }
}

type Line = { readonly words: readonly string[]; readonly stdin?: string };

/** Both ways to save a card, each card twice. */
export const CARD_LINES: readonly Line[] = [...TYPED_CARDS, ...TYPED_CARDS].flatMap(({ number, cvc }) => {
  const stdin = JSON.stringify({ number, exp_month: 12, exp_year: 2040, cvc });
  return [
    { words: ['billing', 'cards', 'add', 'ACCOUNT'], stdin },
    { words: ['billing', 'cards', 'add', 'ACCOUNT', '--setup-intent'], stdin },
  ];
});

export const OTHER_LINES: readonly Line[] = [
  'billing cards list ACCOUNT',
  'billing overview ACCOUNT',
  'billing info show ACCOUNT',
  'billing info set ACCOUNT --name Canary',
  'billing invoices list ACCOUNT',
  'wallet balance ACCOUNT',
  'wallet transactions ACCOUNT',
  'wallet fund ACCOUNT 10 --wait 3s',
  'wallet coupons redeem ACCOUNT TESTDRIVE5',
  'wallet auto-funding set ACCOUNT --threshold 5 --amount 25',
  'payments status ACCOUNT pi_nobody',
  'pay-link ACCOUNT --amount 20 --wait 3s',
  'pay-link ACCOUNT --amount 30 --wait 3s',
  'subscriptions list ACCOUNT',
  'usage summary ACCOUNT',
  'audit ACCOUNT',
  'ensure ACCOUNT 10 --wait 3s',
].map((line) => ({ words: line.split(' ') }));

async function run(
  { home, config, env, accounts }: HandWalk,
  { words, stdin }: Line,
  name: string,
  files: HandFiles,
): Promise<void> {
  const turn = files.paths.length / 3;
  const account = accounts[turn % accounts.length] ?? '';
  const verb = words.slice(0, 2).join('-').replaceAll('ACCOUNT', 'all');
  const [stdoutPath, stderrPath, cmdlinePath] = ['stdout', 'stderr', 'cmdline'].map((end) =>
    home.file(`hand-${name}-${verb}.${end}`),
  ) as [string, string, string]; // three in, three out
  files.paths.push(stdoutPath, stderrPath, cmdlinePath);
  for (const path of [stdoutPath, stderrPath]) writeFileSync(path, '');
  const args = words.map((word) => (word === 'ACCOUNT' ? account : word));
  const more = turn % 2 === 0 ? [] : ['--json'];
  const child = new Child([...args, '--config', config, ...more], {
    cwd: home.path,
    env,
    stdoutPath,
    stderrPath,
    ...(stdin === undefined ? {} : { stdin }),
  });
  writeFileSync(cmdlinePath, readFileSync(`/proc/${child.pid}/cmdline`));
  const { code } = await child.ended;
  files.exits.set(code, (files.exits.get(code) ?? 0) + 1);
}
