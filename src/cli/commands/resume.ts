import { fingerprint } from '../../alerts/fingerprint.ts';
import { isOpen } from '../../charge/intent.ts';
import type { AccountName } from '../../domain/ids.ts';
import type { EpochMs } from '../../domain/time.ts';
import { acceptName, OTHER_NAME } from '../../keeper/new-name.ts';
import type { Store } from '../../store/store.ts';
import { accountAtBrake, type BrakeOptions, brakeOptions, openBrakes } from '../brakes.ts';
import { EXIT, ExitWith } from '../cli-io.ts';
import type { CommandFile } from './command.ts';

/** `purser resume ACCOUNT`: lifts a pause and a freeze. */
export const resume: CommandFile = (program, io, done) => {
  const command = program
    .command('resume')
    .argument('<account>', 'its name in the config')
    .summary('charge a paused or frozen account again')
    .description(
      'Lifts the pause or the freeze of an account, and lets cards be tried again that wanted a person. A freeze over a ' +
        'charge that is open wants `purser resolve` first. From then on the ledger is believed as it is, and a charge whose ' +
        'credit never showed holds the next one back no more; but an account that was frozen because it has another e-mail ' +
        'address at the provider is taken for the same one, and nothing else. Works also where the config does not load.',
    )
    .addHelpText('after', '\nExample:\n  purser resume render-eu');
  brakeOptions(command).action(async (name: string, options: BrakeOptions) => {
    const brakes = openBrakes(io, options, { account: name, create: false });
    const { store } = brakes;
    try {
      const account = accountAtBrake(brakes, name);
      const lifted = await lift(store, account, io.clock.now());
      const declinesForgiven = await store.journal.forgiveCards(account);
      const result = { account, lifted, declines_forgiven: declinesForgiven };
      io.stdout.write(options.json ? `${JSON.stringify(result)}\n` : `${resumedText(result)}\n`);
    } finally {
      store.close();
    }
    done(EXIT.ok);
  });
};

function resumedText(result: {
  account: string;
  lifted: readonly string[];
  declines_forgiven: number;
}): string {
  const { account, lifted } = result;
  const held =
    lifted.length === 0 ? 'was neither paused nor frozen' : `is charged again (was ${lifted.join(' and ')})`;
  const cards =
    result.declines_forgiven === 0 ? '' : ' Its declined cards may be tried again, but those that are dead.';
  return `${account} ${held}.${cards}`;
}

async function lift(store: Store, account: AccountName, now: EpochMs): Promise<readonly string[]> {
  const { journal } = store;
  const holds = await journal.holds(account);
  const freeze = holds.find((hold) => hold.kind === 'freeze');
  const blocking =
    freeze?.intent === null || freeze === undefined ? null : await journal.intent(freeze.intent);
  if (blocking !== null && isOpen(blocking)) {
    throw new ExitWith(EXIT.moneyNeedsAttention, {
      code: 'intent_open',
      message: `${account} is frozen over ${blocking.id}, which is still open: ${freeze?.reason}`,
      mend: `Find out at the provider whether it was charged, then: purser resolve ${blocking.id} --charged (or --not-charged)`,
      requestId: blocking.requestId,
    });
  }
  if (freeze?.reason === OTHER_NAME) await acceptName(store.upkeep, account, now); // first, or a pass freezes it again
  for (const { kind } of holds) {
    const over = fingerprint('purser.degraded', account, 'frozen');
    await journal.liftHold(
      account,
      kind,
      [{ kind: 'resolve', fingerprint: over, headline: `${account}: resumed by hand` }],
      now,
    );
  }
  // A person has looked: from here on the ledger is believed as it is, and what does not show is let go. Under a new
  // name it is the same ledger: nothing of it was in question.
  if (freeze !== undefined && freeze.reason !== OTHER_NAME) {
    const unknown = { highestAnchor: null, creditedMicroUsd: null, usedMicroUsd: null };
    await journal.remember(account, { ...unknown, hasEquationHeld: false, letGoAt: now });
  }
  return holds.map(({ kind }) => (kind === 'pause' ? 'paused' : 'frozen'));
}
