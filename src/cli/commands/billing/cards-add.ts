import type { Command } from 'commander';
import type { PaymentMethodId } from '../../../domain/ids.ts';
import { addPaymentMethod, createSetupIntent, getStripeConfig } from '../../../modelslab/billing.ts';
import { type CardDetails, confirmSetupIntent, createPaymentMethod } from '../../../modelslab/stripe.ts';
import { readCardDetails } from '../../card-prompt.ts';
import { type CliIo, EXIT, ExitWith } from '../../cli-io.ts';
import { type DirectOptions, directCommand, mustBeDone, mustHave, talk } from '../../direct-command.ts';
import { findAccount } from '../../find-account.ts';
import type { OpenAccount } from '../../open-account.ts';
import { readConfig } from '../../read-config.ts';

type Options = DirectOptions & { setupIntent: boolean; default: boolean };

/** `purser billing cards add ACCOUNT`. */
export function cardsAdd(cards: Command, io: CliIo, done: (code: number) => void): void {
  directCommand(cards, 'add', 'save a card')
    .description(
      'Saves a card: its data goes from the prompt (without echo), or from stdin as JSON {"number", "exp_month", ' +
        '"exp_year", "cvc"}, straight to Stripe and nowhere else. With --setup-intent the bank is asked now, so that ' +
        'later charges are less likely to want a person.',
    )
    .option('--setup-intent', 'save it through a SetupIntent', false)
    .option('--default', 'make it the default card', false)
    .addHelpText('after', '\nExample:\n  purser billing cards add render-eu --setup-intent --default')
    .action(async (name: string, options: Options) => {
      mayAdd(io, name, options);
      // Before anything is sent, a login too: what is mistyped costs nothing.
      const details = await readCardDetails(io);
      const code = await talk(io, name, options, async (open) => {
        const id = await tokenise(io, open, details, options.setupIntent);
        const args = { paymentMethodId: id, makeDefault: options.default };
        mustBeDone(`save ${id}`, await addPaymentMethod(open.client, open.caller, args));
        const text = `${name}: saved ${id}${options.default ? ' as the default card' : ''}`;
        return { text, json: { account: name, card: id, default: options.default } };
      });
      done(code);
    });
}

/** Nobody types a card in vain, and Stripe's address knows no `mode: observe`. */
function mayAdd(io: CliIo, name: string, { config }: Options): void {
  const { spec } = readConfig(io, config);
  findAccount(spec, name);
  if (spec.mode === 'enforce') return;
  throw new ExitWith(EXIT.failure, {
    code: 'read_only',
    message: 'to save a card is refused: mode is observe',
    mend: 'Set mode: enforce in the config. Nothing was sent.',
  });
}

/** Both ways of the seed, with the publishable key of now (seed, "Headless Card Tokenization", "Setup Intent Flow"). */
async function tokenise(
  io: CliIo,
  open: OpenAccount,
  card: CardDetails,
  isSetup: boolean,
): Promise<PaymentMethodId> {
  const { client, caller, transport, stripeUrl } = open;
  const config = mustHave('read the publishable key', await getStripeConfig(client, caller));
  const access = { stripeUrl, transport, clock: io.clock, signal: io.stop, ...config };
  if (!isSetup) return mustBeDone('Stripe', await createPaymentMethod(access, card)).paymentMethodId;
  const setup = mustBeDone('begin a SetupIntent', await createSetupIntent(client, caller));
  io.redactor.add(setup.clientSecret);
  const reply = await confirmSetupIntent(access, { ...setup, with: { kind: 'card', card } });
  const { status, paymentMethodId } = mustBeDone('Stripe', reply);
  if (status === 'succeeded' && paymentMethodId !== null) return paymentMethodId;
  throw new ExitWith(EXIT.failure, {
    code: status,
    message: `the bank wants the card holder (${status}): the card is not saved`,
    mend: 'Save it in a browser on the dashboard, where 3-D Secure can be answered, or take another card.',
    requestId: reply.kind === 'ok' ? reply.requestId : null,
  });
}
