import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isLoopback } from '../../config/check-url.ts';
import { NAME_WANTED } from '../../config/leaf-schemas.ts';
import { TOP_UP_MIN_CENTS } from '../../contract/limits.ts';
import { type AccountName, parseName } from '../../domain/ids.ts';
import { type Cents, cents, dollarsText, formatCents, parseCents } from '../../domain/money.ts';
import { type CliIo, EXIT, ExitWith } from '../cli-io.ts';
import { usage } from '../hand-command.ts';
import { type Starter, starterConfig } from '../starter-config.ts';
import { checkConfig } from './check.ts';
import { CONFIG_DEFAULT, type CommandFile } from './command.ts';

/** `purser init`: from nothing to a config that watches a real account, in a few questions. */
export const init: CommandFile = (program, io, done) => {
  program
    .command('init')
    .summary('write a config after a few questions')
    .description(
      'Asks a few questions, writes a commented config that only watches (mode: observe), and reads the account with it. ' +
        'Writes over nothing that is there.',
    )
    .option('--config <file>', 'where to write it', CONFIG_DEFAULT)
    .option('--json', 'print JSON', false)
    .addHelpText('after', '\nExample:\n  purser init --config purser.yaml')
    .action(async (options: { config: string; json: boolean }) => {
      const { config, json } = options;
      refuseToOverwrite(config);
      if (io.ask === null || io.askHidden === null)
        usage('init asks on a terminal; without one, begin with a config of docs/recipes.md');
      const { starter, token } = await questions({ ask: io.ask, askHidden: io.askHidden, stderr: io.stderr });
      const written = [config];
      if (starter.tokenFile !== null && token !== '') {
        const path = join(dirname(config), starter.tokenFile);
        refuseToOverwrite(path);
        writeNew(path, `${token}\n`, 0o600);
        written.push(path);
      }
      writeNew(config, starterConfig(starter), 0o644);
      for (const path of written) io.stderr.write(`wrote ${path}\n`);
      if (starter.tokenFile !== null && token === '') {
        const path = join(dirname(config), starter.tokenFile);
        io.stderr.write(
          `next: put the agent token into ${path} (chmod 600), then purser check --online, plan, run\n`,
        );
        return done(EXIT.ok);
      }
      const code = await checkConfig(io, { config, online: true, json });
      if (code === EXIT.ok)
        io.stderr.write('next: purser plan says what would be done; purser run watches\n');
      done(code);
    });
};

type Questions = Required<Pick<CliIo, 'stderr'>> &
  Record<'ask' | 'askHidden', (question: string) => Promise<string>>;

async function questions(io: Questions): Promise<{ readonly starter: Starter; readonly token: string }> {
  const told = await until(
    io,
    'Provider: modelslab, sandbox, or the address of an Agents API [modelslab] ',
    (typed) => (['', 'modelslab', 'sandbox'].includes(typed) || hasPath(typed) ? typed : null),
    'modelslab, sandbox, or an address with its path, such as https://modelslab.com/api/agents/v1',
  );
  const provider = told === 'sandbox' ? null : told === '' ? 'modelslab' : told;
  const stripeUrl = provider === null || !isHere(provider) ? null : await askStripe(io, provider);
  const account = await until(
    io,
    'A name for the account [agent-1] ',
    (typed) => parseName<AccountName>(typed === '' ? 'agent-1' : typed),
    NAME_WANTED,
  );
  const token =
    provider === null
      ? ''
      : (await io.askHidden(`Its agent token (not shown; empty: you put it into ${account}.token) `)).trim();
  const minBalanceCents = await dollars(io, 'Top up when the balance falls below, in dollars', {
    least: cents(1),
    suggested: cents(2_000),
  });
  const topUpCents = await dollars(io, 'By how much', {
    least: cents(TOP_UP_MIN_CENTS),
    suggested: cents(5_000),
  });
  const dayCapCents = await dollars(io, 'At most in 24 hours', {
    least: topUpCents,
    suggested: cents(4 * topUpCents),
  });
  const fixes = await until(
    io,
    'Pay a subscription renewal that failed, within that? y/n [n] ',
    (typed) => (/^(y|yes|n|no|)$/i.test(typed) ? typed : null),
    'y or n',
  );
  const tokenFile = provider === null ? null : `${account}.token`;
  const fixesPayments = /^y/i.test(fixes);
  return {
    starter: {
      provider,
      stripeUrl,
      account,
      tokenFile,
      minBalanceCents,
      topUpCents,
      dayCapCents,
      fixesPayments,
    },
    token,
  };
}

function dollars(
  io: Questions,
  what: string,
  { least, suggested }: { readonly least: Cents; readonly suggested: Cents },
): Promise<Cents> {
  const read = (typed: string): Cents | null => {
    const amount = typed === '' ? suggested : parseCents(typed.replace(/^\$/, ''));
    return amount === null || amount < least ? null : amount;
  };
  return until(
    io,
    `${what} [${dollarsText(suggested)}] `,
    read,
    `at least ${formatCents(least)}, such as ${dollarsText(suggested)}`,
  );
}

/** An API on this machine is hardly the real one: its cards must not be sent to the real Stripe. */
function askStripe(io: Questions, provider: string): Promise<string> {
  const suggested = `${new URL(provider).origin}/stripe`; // as `purser sandbox` has it
  return until(
    io,
    `The address of the Stripe API that goes with it [${suggested}] `,
    (typed) => (typed === '' ? suggested : URL.canParse(typed) ? typed : null),
    `an address, such as ${suggested}`,
  );
}

function isHere(provider: string): boolean {
  return URL.canParse(provider) && isLoopback(new URL(provider).hostname);
}

function hasPath(address: string): boolean {
  return URL.canParse(address) && new URL(address).pathname !== '/';
}

/** Asks again until the answer can be read. */
async function until<T>(
  io: Questions,
  question: string,
  read: (typed: string) => T | null,
  wanted: string,
): Promise<T> {
  for (;;) {
    const answer = read((await io.ask(question)).trim());
    if (answer !== null) return answer;
    io.stderr.write(`  wanted: ${wanted}\n`);
  }
}

function refuseToOverwrite(path: string): void {
  if (!existsSync(path)) return;
  throw new ExitWith(EXIT.failure, {
    code: 'file_exists',
    message: `${path} is there already`,
    mend: 'Nothing was changed. Name another file with --config, or move that one away.',
  });
}

function writeNew(path: string, text: string, mode: number): void {
  writeFileSync(path, text, { mode, flag: 'wx' });
  chmodSync(path, mode); // whatever the umask
}
