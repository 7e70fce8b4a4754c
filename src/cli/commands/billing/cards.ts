import type { Command } from 'commander';
import type { PaymentMethodId } from '../../../domain/ids.ts';
import type { Card } from '../../../domain/observation.ts';
import {
  addPaymentMethod,
  createSetupIntent,
  getStripeConfig,
  listPaymentMethods,
  removePaymentMethod,
  setDefaultPaymentMethod,
} from '../../../modelslab/billing.ts';
import { type CardDetails, confirmSetupIntent, createPaymentMethod } from '../../../modelslab/stripe.ts';
import { readCardDetails } from '../../card-prompt.ts';
import { type CliIo, EXIT, ExitWith } from '../../cli-io.ts';
import { type DirectOptions, directCommand, mustHave, talk } from '../../direct-command.ts';
import { confirmByName, usage } from '../../hand-command.ts';
import type { OpenAccount } from '../../open-account.ts';

type Done = (code: number) => void;

/** `purser billing cards list|add|default|remove`. */
export function billingCards(billing: Command, io: CliIo, done: Done): void {
  const cards = billing.command('cards').summary('saved cards').description('The saved cards of an account.');
  directCommand(cards, 'list', 'the saved cards')
    .description('Lists the saved cards.')
    .addHelpText('after', '\nExample:\n  purser billing cards list render-eu')
    .action(async (name: string, options: DirectOptions) => {
      const work = async (open: OpenAccount) => saidOf(await savedCards(io, open));
      done(await talk(io, name, options, work));
    });
  cardsAdd(cards, io, done);
  directCommand(cards, 'default', 'make a card the default')
    .argument('<card>', 'its id (pm_…)')
    .description('Makes a saved card the default one, which renewals and repairs are charged to.')
    .addHelpText('after', '\nExample:\n  purser billing cards default render-eu pm_1AbC')
    .action(async (name: string, id: string, options: DirectOptions) => {
      const work = async (open: OpenAccount) => {
        const card = findCard(io, await savedCards(io, open), id);
        const reply = await setDefaultPaymentMethod(open.client, open.caller, { paymentMethodId: card.id });
        mustHave(io, `make ${id} the default`, reply);
        return { text: `${name}: ${nameOf(card)} is the default card`, json: { account: name, default: id } };
      };
      done(await talk(io, name, options, work));
    });
  cardsRemove(cards, io, done);
}

function cardsAdd(cards: Command, io: CliIo, done: Done): void {
  directCommand(cards, 'add', 'save a card')
    .description(
      'Saves a card: its data goes from the prompt (without echo), or from stdin as JSON, straight to Stripe and nowhere ' +
        'else. With --setup-intent the bank is asked now, so that later charges are less likely to want a person.',
    )
    .option('--setup-intent', 'save it through a SetupIntent', false)
    .option('--default', 'make it the default card', false)
    .addHelpText('after', '\nExample:\n  purser billing cards add render-eu --setup-intent --default')
    .action(async (name: string, options: DirectOptions & { setupIntent: boolean; default: boolean }) => {
      const work = async (open: OpenAccount) => {
        const details = await readCardDetails(io);
        const id = await tokenise(io, open, details, options.setupIntent);
        const args = { paymentMethodId: id, makeDefault: options.default };
        mustHave(io, `save ${id}`, await addPaymentMethod(open.client, open.caller, args));
        const text = `${name}: saved ${id}${options.default ? ' as the default card' : ''}`;
        return { text, json: { account: name, card: id, default: options.default } };
      };
      done(await talk(io, name, options, work));
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
  const config = mustHave(io, 'read the publishable key', await getStripeConfig(client, caller));
  const access = { stripeUrl, transport, clock: io.clock, signal: io.stop, ...config };
  if (!isSetup) return mustHave(io, 'Stripe', await createPaymentMethod(access, card)).paymentMethodId;
  const setup = mustHave(io, 'begin a SetupIntent', await createSetupIntent(client, caller));
  io.redactor.add(setup.clientSecret);
  const confirmed = mustHave(
    io,
    'Stripe',
    await confirmSetupIntent(access, { ...setup, with: { kind: 'card', card } }),
  );
  if (confirmed.status === 'succeeded' && confirmed.paymentMethodId !== null)
    return confirmed.paymentMethodId;
  io.stderr.write(
    `purser: the bank wants the card holder (${confirmed.status}): the card is not saved.\n` +
      'Save it in a browser on the dashboard, where 3-D Secure can be answered, or take another card.\n',
  );
  throw new ExitWith(EXIT.failure);
}

function cardsRemove(cards: Command, io: CliIo, done: Done): void {
  directCommand(cards, 'remove', 'remove a card')
    .argument('<card>', 'its id (pm_…)')
    .description('Removes a saved card for good.')
    .option('--yes', 'do not ask', false)
    .addHelpText('after', '\nExample:\n  purser billing cards remove render-eu pm_1AbC')
    .action(async (name: string, id: string, options: DirectOptions & { yes: boolean }) => {
      const work = async (open: OpenAccount) => {
        const card = findCard(io, await savedCards(io, open), id);
        const steps = open.account.policy.wallet?.payWith ?? [];
        const isNamed = steps.some((step) => step.kind === 'card' && step.id === id);
        const why = card.isDefault ? ', the default card,' : isNamed ? ', which pay_with names,' : '';
        const question = `${nameOf(card)}${why} is removed from ${name}.`;
        await confirmByName(io, { question, name, isSure: options.yes });
        const reply = await removePaymentMethod(open.client, open.caller, { paymentMethodId: card.id });
        mustHave(io, `remove ${id}`, reply);
        return { text: `${name}: removed ${nameOf(card)}`, json: { account: name, removed: id } };
      };
      done(await talk(io, name, options, work));
    });
}

async function savedCards(io: CliIo, { client, caller }: OpenAccount): Promise<readonly Card[]> {
  return mustHave(io, 'list the cards', await listPaymentMethods(client, caller));
}

function findCard(io: CliIo, cards: readonly Card[], id: string): Card {
  const card = cards.find((one) => one.id === id);
  const known = cards.map((one) => one.id).join(', ');
  return card ?? usage(io, `there is no saved card ${JSON.stringify(id)}; there are ${known || 'none'}`);
}

function nameOf({ brand, last4, id }: Card): string {
  return `${brand} …${last4} (${id})`;
}

function saidOf(cards: readonly Card[]) {
  const line = (card: Card) => {
    const expiry = card.expMonth === null ? '' : `  ${card.expMonth}/${card.expYear}`;
    return `${card.id}  ${card.brand} …${card.last4}${expiry}${card.isDefault ? '  default' : ''}`;
  };
  const json = cards.map(({ id, brand, last4, expMonth, expYear, isDefault }) => ({
    id,
    brand,
    last4,
    exp_month: expMonth,
    exp_year: expYear,
    default: isDefault,
  }));
  return { text: cards.length === 0 ? 'no card is saved' : cards.map(line).join('\n'), json };
}
