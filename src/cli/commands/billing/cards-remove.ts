import type { Command } from 'commander';
import type { Card } from '../../../domain/observation.ts';
import type { AccountSpec } from '../../../domain/spec.ts';
import { removePaymentMethod } from '../../../modelslab/billing.ts';
import type { CliIo } from '../../cli-io.ts';
import { type DirectOptions, directCommand, mustBeDone, talk } from '../../direct-command.ts';
import { confirmByName } from '../../hand-command.ts';
import { findCard, nameOfCard, savedCards } from '../../saved-cards.ts';

/** `purser billing cards remove ACCOUNT CARD`. */
export function cardsRemove(cards: Command, io: CliIo, done: (code: number) => void): void {
  directCommand(cards, 'remove', 'remove a card')
    .argument('<card>', 'its id (pm_…)')
    .description('Removes a saved card for good, and warns where something still counts on it.')
    .option('--yes', 'do not ask', false)
    .addHelpText('after', '\nExample:\n  purser billing cards remove render-eu pm_1AbC')
    .action(async (name: string, id: string, options: DirectOptions & { yes: boolean }) => {
      const code = await talk(io, name, options, async (open) => {
        const saved = await savedCards(open);
        const card = findCard(saved, id);
        const warnings = warningsOf(open.account, saved, card);
        for (const warning of warnings) io.stderr.write(`note: ${warning}.\n`);
        const question = `${nameOfCard(card)} is removed from ${name}.`;
        await confirmByName(io, { question, name, isSure: options.yes });
        const reply = await removePaymentMethod(open.client, open.caller, { paymentMethodId: card.id });
        mustBeDone(`remove ${id}`, reply);
        return {
          text: `${name}: removed ${nameOfCard(card)}`,
          json: { account: name, removed: id, warnings },
        };
      });
      done(code);
    });
}

/** What counts on the card. */
function warningsOf({ name, policy }: AccountSpec, saved: readonly Card[], card: Card): readonly string[] {
  const parts = [
    ['wallet', policy.wallet?.payWith ?? []],
    ['subscription', policy.subscription?.payWith ?? []],
  ] as const;
  const named = parts
    .filter(([, steps]) => steps.some((step) => step.kind === 'card' && step.id === card.id))
    .map(([part]) => `policies.${policy.name}.${part}.pay_with names ${card.id}`);
  const last =
    saved.length === 1 ? [`it is the only card of ${name}: nothing can be charged without one`] : [];
  const first =
    card.isDefault && saved.length > 1
      ? ['it is the default card, which renewals are charged to; make another one the default first']
      : [];
  return [...named, ...last, ...first];
}
