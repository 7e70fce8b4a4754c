import type { Command } from 'commander';
import type { Card } from '../../../domain/observation.ts';
import { setDefaultPaymentMethod } from '../../../modelslab/billing.ts';
import type { CliIo } from '../../cli-io.ts';
import { type DirectOptions, directCommand, mustBeDone, talk } from '../../direct-command.ts';
import type { OpenAccount } from '../../open-account.ts';
import { findCard, nameOfCard, savedCards } from '../../saved-cards.ts';
import { table } from '../../table.ts';
import { cardsAdd } from './cards-add.ts';
import { cardsRemove } from './cards-remove.ts';

type Done = (code: number) => void;

/** `purser billing cards list|add|default|remove`. */
export function billingCards(billing: Command, io: CliIo, done: Done): void {
  const cards = billing
    .command('cards')
    .summary('saved cards')
    .description('The saved cards of an account.')
    .addHelpText('after', '\nExample:\n  purser billing cards list render-eu');
  directCommand(cards, 'list', 'the saved cards')
    .description('Lists the saved cards.')
    .addHelpText('after', '\nExample:\n  purser billing cards list render-eu')
    .action(async (name: string, options: DirectOptions) => {
      const work = async (open: OpenAccount) => {
        const found = await savedCards(open);
        return { text: asTable(io, found), json: found.map(view) };
      };
      done(await talk(io, name, options, work));
    });
  cardsAdd(cards, io, done);
  cardsDefault(cards, io, done);
  cardsRemove(cards, io, done);
}

function cardsDefault(cards: Command, io: CliIo, done: Done): void {
  directCommand(cards, 'default', 'make a card the default')
    .argument('<card>', 'its id (pm_…)')
    .description('Makes a saved card the default one, which renewals and repairs are charged to.')
    .addHelpText('after', '\nExample:\n  purser billing cards default render-eu pm_1AbC')
    .action(async (name: string, id: string, options: DirectOptions) => {
      const work = async (open: OpenAccount) => {
        const card = findCard(await savedCards(open), id);
        const json = { account: name, default: id };
        if (card.isDefault) return { text: `${name}: ${nameOfCard(card)} is the default card already`, json };
        const reply = await setDefaultPaymentMethod(open.client, open.caller, { paymentMethodId: card.id });
        mustBeDone(`make ${id} the default`, reply);
        return { text: `${name}: ${nameOfCard(card)} is the default card`, json };
      };
      done(await talk(io, name, options, work));
    });
}

function asTable(io: CliIo, cards: readonly Card[]): string {
  if (cards.length === 0) return 'no card is saved';
  const columns = [{ title: 'ID' }, { title: 'CARD' }, { title: 'EXPIRES' }, { title: 'DEFAULT' }];
  const rows = cards.map(({ id, brand, last4, expMonth, expYear, isDefault }) => {
    const expiry = expMonth === null ? '-' : `${String(expMonth).padStart(2, '0')}/${expYear}`;
    return [id, `${brand} …${last4}`, expiry, isDefault ? 'yes' : ''];
  });
  return table(columns, rows, { color: io.color });
}

function view({ id, brand, last4, expMonth, expYear, isDefault }: Card) {
  return { id, brand, last4, exp_month: expMonth, exp_year: expYear, default: isDefault };
}
