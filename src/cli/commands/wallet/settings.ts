import { createHash } from 'node:crypto';
import type { Command } from 'commander';
import { AUTO_FUNDING_AMOUNT_MIN_CENTS, AUTO_FUNDING_THRESHOLD_MIN_CENTS } from '../../../contract/limits.ts';
import { formatCents } from '../../../domain/money.ts';
import type { WalletSpec } from '../../../domain/spec.ts';
import { formatInstant } from '../../../domain/time.ts';
import { AUTO_FUNDING_TASK } from '../../../keeper/keep-auto-funding.ts';
import { couponProblem, redeemCoupon, validateCoupon } from '../../../modelslab/coupons.ts';
import { disableAutoFunding, enableAutoFunding } from '../../../modelslab/wallet.ts';
import { type CliIo, EXIT, ExitWith } from '../../cli-io.ts';
import { type DirectOptions, directCommand, mustBeDone, mustHave, talk } from '../../direct-command.ts';
import { factLines } from '../../fact-lines.ts';
import { findAccount } from '../../find-account.ts';
import { confirmByName, readDollars, usage } from '../../hand-command.ts';
import { openStore } from '../../open-store.ts';
import { readConfig } from '../../read-config.ts';

type Done = (code: number) => void;

/** `purser wallet auto-funding set|show|off`. */
export function walletAutoFunding(wallet: Command, io: CliIo, done: Done): void {
  const group = wallet
    .command('auto-funding')
    .summary("the provider's own recharge")
    .description(
      "The provider's own recharge. It charges the default card by itself: purser's caps do not bind it.",
    )
    .addHelpText('after', '\nExample:\n  purser wallet auto-funding set render-eu --threshold 5 --amount 25');
  directCommand(group, 'set', 'turn it on')
    .requiredOption('--threshold <dollars>', 'recharge below a balance of so many dollars, at least 1')
    .requiredOption('--amount <dollars>', 'charge so many dollars, at least 5')
    .description('Turns it on, or changes it. The provider cannot be asked for it.')
    .addHelpText('after', '\nExample:\n  purser wallet auto-funding set render-eu --threshold 5 --amount 25')
    .action(async (name: string, options: DirectOptions & { threshold: string; amount: string }) => {
      const thresholdCents = readDollars('--threshold', options.threshold, {
        leastCents: AUTO_FUNDING_THRESHOLD_MIN_CENTS,
      });
      const amountCents = readDollars('--amount', options.amount, {
        leastCents: AUTO_FUNDING_AMOUNT_MIN_CENTS,
      });
      const code = await talk(io, name, options, async ({ client, caller, account }) => {
        const minimum = account.policy.wallet?.minBalanceCents ?? null;
        if (minimum !== null && thresholdCents >= minimum)
          usage(
            `--threshold is not below min_balance ${formatCents(minimum)}: both would charge for one need`,
          );
        const args = { thresholdCents, amountCents };
        mustBeDone('turn auto-funding on', await enableAutoFunding(client, caller, args));
        const text = `${name}: the provider charges ${formatCents(amountCents)} below ${formatCents(thresholdCents)}`;
        return {
          text,
          json: { account: name, threshold_usd: thresholdCents / 100, amount_usd: amountCents / 100 },
        };
      });
      done(code);
    });
  directCommand(group, 'show', 'what the policy declares, and what purser set')
    .description(
      'Shows what the policy declares and what the running purser last set. What was set elsewhere, or by hand, the ' +
        'provider does not tell.',
    )
    .addHelpText('after', '\nExample:\n  purser wallet auto-funding show render-eu')
    .action((name: string, options: DirectOptions) => {
      const { spec } = readConfig(io, options.config);
      const account = findAccount(spec, name);
      const store = openStore(io, spec, { create: false });
      try {
        const record = store.upkeep.read(account.name, AUTO_FUNDING_TASK);
        const declared = declaredWords(account.policy.wallet?.autoFunding ?? { kind: 'leave' });
        const set = record === null ? null : { set: record.detail, at: formatInstant(record.at) };
        const text = `${name}: the policy declares: ${declared}; purser ${set === null ? 'has set nothing' : `set it at ${set.at}: ${set.set}`}`;
        const data = { account: name, declared, last_set: set };
        io.stdout.write(options.json ? `${JSON.stringify(data)}\n` : `${text}\n`);
      } finally {
        store.close();
      }
      done(EXIT.ok);
    });
  directCommand(group, 'off', 'turn it off')
    .description('Turns it off. Where a policy sets it, the running purser turns it on again within a week.')
    .option('--yes', 'do not ask', false)
    .addHelpText('after', '\nExample:\n  purser wallet auto-funding off render-eu')
    .action(async (name: string, options: DirectOptions & { yes: boolean }) => {
      const code = await talk(io, name, options, async ({ client, caller, account }) => {
        if (account.policy.wallet?.autoFunding.kind === 'set')
          io.stderr.write(`note: policies.${account.policy.name}.wallet.auto_funding sets it.\n`);
        const question = `The provider's own recharge of ${name} is turned off.`;
        await confirmByName(io, { question, name, isSure: options.yes });
        mustBeDone('turn auto-funding off', await disableAutoFunding(client, caller));
        return { text: `${name}: auto-funding is off`, json: { account: name, auto_funding: 'off' } };
      });
      done(code);
    });
}

function declaredWords(wanted: WalletSpec['autoFunding']): string {
  if (wanted.kind !== 'set') return wanted.kind;
  return `${formatCents(wanted.amountCents)} below ${formatCents(wanted.thresholdCents)}`;
}

/** `purser wallet coupons validate|redeem`. */
export function walletCoupons(wallet: Command, io: CliIo, done: Done): void {
  const group = wallet
    .command('coupons')
    .summary('what coupons are worth, and redeeming them')
    .description('Coupons by hand.')
    .addHelpText('after', '\nExample:\n  purser wallet coupons validate render-eu WELCOME50');
  directCommand(group, 'validate', 'what a coupon is worth')
    .argument('<code>', 'the coupon')
    .option('--purchase <dollars>', 'with a top-up of so many dollars')
    .description(
      'Asks the provider what a coupon is worth; redeems nothing. Ends with 1 where it is not valid.',
    )
    .addHelpText('after', '\nExample:\n  purser wallet coupons validate render-eu WELCOME50')
    .action(async (name: string, couponCode: string, options: DirectOptions & { purchase?: string }) => {
      const purchaseCents =
        options.purchase === undefined ? undefined : readDollars('--purchase', options.purchase);
      const args = { couponCode: readCode(couponCode), purchaseCents };
      let isValid = false;
      const code = await talk(io, name, options, async ({ client, caller }) => {
        const coupon = mustHave('validate the coupon', await validateCoupon(client, caller, args));
        isValid = coupon.isValid;
        const text = coupon.isValid ? factLines(coupon.facts) : `not valid: ${couponProblem(coupon)}`;
        return { text, json: { valid: coupon.isValid, ...coupon.facts } };
      });
      done(isValid ? code : EXIT.failure);
    });
  directCommand(group, 'redeem', 'redeem a coupon that gives credit')
    .argument('<code>', 'the coupon')
    .description(
      'Validates a coupon and redeems it, where it gives credit without a payment. One that is a bonus on a top-up goes ' +
        'with it: purser wallet fund ACCOUNT AMOUNT --coupon CODE.',
    )
    .addHelpText('after', '\nExample:\n  purser wallet coupons redeem render-eu WELCOME50')
    .action(async (name: string, couponCode: string, options: DirectOptions) => {
      const args = { couponCode: readCode(couponCode) };
      const code = await talk(io, name, options, async ({ client, caller }) => {
        const validated = await validateCoupon(client, caller, args);
        const coupon = mustHave('validate the coupon', validated);
        if (!coupon.isValid)
          throw new ExitWith(EXIT.failure, {
            code: 'coupon_invalid',
            message: `${couponCode}: ${couponProblem(coupon)}`,
            mend: 'Nothing was redeemed.',
            requestId: validated.kind === 'ok' ? validated.requestId : null,
          });
        if (coupon.facts['requires_payment'] === true)
          usage(
            `${couponCode} is a bonus on a top-up: purser wallet fund ${name} AMOUNT --coupon ${couponCode}`,
          );
        const idempotencyKey = couponKey(name, couponCode);
        const reply = await redeemCoupon(client, caller, { ...args, idempotencyKey });
        const facts = mustBeDone('redeem the coupon', reply);
        return { text: `${name}: ${couponCode} is redeemed\n${factLines(facts)}`, json: facts };
      });
      done(code);
    });
}

/** The same coupon for the same account is one redemption, however often it is asked for. */
function couponKey(account: string, code: string): string {
  const digest = createHash('sha256')
    .update(JSON.stringify(['coupon', account, code]))
    .digest('hex');
  return `purser-1-${digest.slice(0, 40)}`;
}

function readCode(code: string): string {
  return /^[\w-]{1,64}$/.test(code) ? code : usage('a coupon has 1 to 64 letters, digits, "_" and "-"');
}
