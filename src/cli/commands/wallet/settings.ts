import { createHash } from 'node:crypto';
import type { Command } from 'commander';
import { AUTO_FUNDING_AMOUNT_MIN_CENTS, AUTO_FUNDING_THRESHOLD_MIN_CENTS } from '../../../contract/limits.ts';
import { formatCents } from '../../../domain/money.ts';
import { couponProblem, redeemCoupon, validateCoupon } from '../../../modelslab/coupons.ts';
import { disableAutoFunding, enableAutoFunding } from '../../../modelslab/wallet.ts';
import type { CliIo } from '../../cli-io.ts';
import { type DirectOptions, directCommand, factLines, mustHave, talk } from '../../direct-command.ts';
import { readDollars, usage } from '../../hand-command.ts';

type Done = (code: number) => void;

/** `purser wallet auto-funding set|off`. */
export function walletAutoFunding(wallet: Command, io: CliIo, done: Done): void {
  const group = wallet
    .command('auto-funding')
    .summary("the provider's own recharge")
    .description(
      "The provider's own recharge. It charges the default card by itself: purser's caps do not bind it.",
    );
  directCommand(group, 'set', 'turn it on')
    .requiredOption('--threshold <dollars>', 'recharge below this balance, at least 1')
    .requiredOption('--amount <dollars>', 'charge so much, at least 5')
    .description('Turns it on, or changes it. It cannot be read back.')
    .addHelpText('after', '\nExample:\n  purser wallet auto-funding set render-eu --threshold 5 --amount 25')
    .action(async (name: string, options: DirectOptions & { threshold: string; amount: string }) => {
      const thresholdCents = readDollars(io, '--threshold', options.threshold);
      const amountCents = readDollars(io, '--amount', options.amount);
      if (thresholdCents < AUTO_FUNDING_THRESHOLD_MIN_CENTS)
        usage(io, "--threshold is under the provider's minimum $1.00");
      if (amountCents < AUTO_FUNDING_AMOUNT_MIN_CENTS)
        usage(io, "--amount is under the provider's minimum $5.00");
      const code = await talk(io, name, options, async ({ client, caller, account }) => {
        const minimum = account.policy.wallet?.minBalanceCents ?? null;
        if (minimum !== null && thresholdCents >= minimum)
          usage(
            io,
            `--threshold is not below min_balance ${formatCents(minimum)}: both would charge for one need`,
          );
        const args = { thresholdCents, amountCents };
        mustHave(io, 'turn auto-funding on', await enableAutoFunding(client, caller, args));
        const text = `${name}: the provider charges ${formatCents(amountCents)} below ${formatCents(thresholdCents)}`;
        return {
          text,
          json: { account: name, threshold_usd: thresholdCents / 100, amount_usd: amountCents / 100 },
        };
      });
      done(code);
    });
  directCommand(group, 'off', 'turn it off')
    .description('Turns it off.')
    .addHelpText('after', '\nExample:\n  purser wallet auto-funding off render-eu')
    .action(async (name: string, options: DirectOptions) => {
      const code = await talk(io, name, options, async ({ client, caller }) => {
        mustHave(io, 'turn auto-funding off', await disableAutoFunding(client, caller));
        return { text: `${name}: auto-funding is off`, json: { account: name, auto_funding: 'off' } };
      });
      done(code);
    });
}

/** `purser wallet coupons validate|redeem`. */
export function walletCoupons(wallet: Command, io: CliIo, done: Done): void {
  const group = wallet.command('coupons').summary('coupons').description('Coupons by hand.');
  directCommand(group, 'validate', 'what a coupon is worth')
    .argument('<code>', 'the coupon')
    .option('--purchase <dollars>', 'with a top-up of so much')
    .description('Asks the provider what a coupon is worth; redeems nothing.')
    .addHelpText('after', '\nExample:\n  purser wallet coupons validate render-eu WELCOME50')
    .action(async (name: string, couponCode: string, options: DirectOptions & { purchase?: string }) => {
      const purchaseCents =
        options.purchase === undefined ? undefined : readDollars(io, '--purchase', options.purchase);
      const args = { couponCode: readCode(io, couponCode), purchaseCents };
      const code = await talk(io, name, options, async ({ client, caller }) => {
        const coupon = mustHave(io, 'validate the coupon', await validateCoupon(client, caller, args));
        const text = coupon.isValid ? factLines(coupon.facts) : `not valid: ${couponProblem(coupon)}`;
        return { text, json: { valid: coupon.isValid, ...coupon.facts } };
      });
      done(code);
    });
  directCommand(group, 'redeem', 'redeem a coupon that gives credit')
    .argument('<code>', 'the coupon')
    .description(
      'Validates a coupon and redeems it, where it gives credit without a payment. One that is a bonus on a top-up goes ' +
        'with it: purser wallet fund ACCOUNT AMOUNT --coupon CODE.',
    )
    .addHelpText('after', '\nExample:\n  purser wallet coupons redeem render-eu WELCOME50')
    .action(async (name: string, couponCode: string, options: DirectOptions) => {
      const args = { couponCode: readCode(io, couponCode) };
      const code = await talk(io, name, options, async ({ client, caller }) => {
        const coupon = mustHave(io, 'validate the coupon', await validateCoupon(client, caller, args));
        if (!coupon.isValid) usage(io, `${couponCode}: ${couponProblem(coupon)}`);
        if (coupon.facts['requires_payment'] === true)
          usage(
            io,
            `${couponCode} is a bonus on a top-up: purser wallet fund ${name} AMOUNT --coupon ${couponCode}`,
          );
        const idempotencyKey = couponKey(name, couponCode);
        const reply = await redeemCoupon(client, caller, { ...args, idempotencyKey });
        const facts = mustHave(io, 'redeem the coupon', reply);
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

function readCode(io: CliIo, code: string): string {
  return /^[\w-]{1,64}$/.test(code) ? code : usage(io, 'a coupon has 1 to 64 letters, digits, "_" and "-"');
}
