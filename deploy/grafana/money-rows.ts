import { NONE_WANTED, type Row } from './panel.ts';
import { CHOSEN_CAPS, ofChosen } from './scope.ts';

/** Without empty wallets that no policy fills, as in the rule EmptySoon. */
const FUNDED_RUNWAY =
  'purser_wallet_runway_seconds unless on (job, instance, account) ' +
  '(purser_wallet_runway_seconds == 0 unless on (job, instance, account) purser_wallet_min_balance_usd)';

/** Rows about wallets, and what was spent and may be. */
export const MONEY_ROWS: readonly Row[] = [
  {
    title: 'Are we funded?',
    panels: [
      {
        title: 'Lowest runway',
        description:
          'Time until the first wallet is empty at the spending seen. Below 6 hours somebody is told.',
        kind: 'stat',
        unit: 's',
        width: 4,
        runbook: 'PurserWalletEmptySoon',
        queries: [{ expr: `min(${ofChosen(FUNDED_RUNWAY)})`, legend: 'lowest' }],
        thresholds: [
          { from: null, color: 'red' },
          { from: 21_600, color: 'orange' },
          { from: 86_400, color: 'green' },
        ],
      },
      {
        title: 'Below the minimum',
        description:
          'Wallets that want a top-up now. More than a few minutes means that something holds it back.',
        kind: 'stat',
        unit: 'none',
        width: 4,
        runbook: 'PurserWalletBelowMinimum',
        queries: [
          {
            expr: `count(${ofChosen('purser_wallet_balance_usd < purser_wallet_min_balance_usd')}) or vector(0)`,
            legend: 'wallets',
          },
        ],
        thresholds: NONE_WANTED,
      },
      {
        title: 'In doubt',
        description: 'Charges whose outcome is not known. Do not pay by hand while there is one.',
        kind: 'stat',
        unit: 'none',
        width: 4,
        runbook: 'PurserChargeOutcomeUnknown',
        queries: [{ expr: `sum(${ofChosen('purser_intents{state="in_doubt"}')})`, legend: 'charges' }],
        thresholds: NONE_WANTED,
      },
      {
        title: 'Needs a person',
        description: 'What purser cannot do by itself: links to pay, cards to save, freezes to look at.',
        kind: 'stat',
        unit: 'none',
        width: 4,
        runbook: 'PurserNeedsHuman',
        queries: [{ expr: `count(${ofChosen('purser_needs_human == 1')}) or vector(0)`, legend: 'accounts' }],
        thresholds: NONE_WANTED,
      },
      {
        title: 'Held back by a cap',
        description: 'Accounts that wanted a charge in the last 30 minutes which a cap did not allow.',
        kind: 'stat',
        unit: 'none',
        width: 4,
        runbook: 'PurserCapReached',
        queries: [
          {
            expr: `count(${ofChosen('sum by (job, instance, account) (increase(purser_policy_blocks_total{reason=~"cap_.+"}[30m])) > 0')}) or vector(0)`,
            legend: 'accounts',
          },
        ],
        thresholds: NONE_WANTED,
      },
      {
        title: 'Mode',
        description: 'enforce: purser charges within the caps. observe: it only looks.',
        kind: 'stat',
        unit: 'none',
        width: 4,
        showsLegend: true,
        queries: [{ expr: 'max by (mode) (purser_mode) == 1', legend: '{{mode}}' }],
      },
    ],
  },
  {
    title: 'Wallets',
    panels: [
      {
        title: 'Balance against minimum',
        description: 'Each wallet, and dashed the balance below which it is topped up. Top-ups are marked.',
        kind: 'timeseries',
        unit: 'currencyUSD',
        width: 12,
        runbook: 'PurserWalletBelowMinimum',
        queries: [
          { expr: ofChosen('purser_wallet_balance_usd'), legend: '{{account}}' },
          { expr: ofChosen('purser_wallet_min_balance_usd'), legend: '{{account}} minimum' },
        ],
      },
      {
        title: 'Burn',
        description: 'Dollars an hour that each wallet loses, smoothed. A jump is a new job, or a leak.',
        kind: 'timeseries',
        unit: 'currencyUSD',
        width: 12,
        queries: [{ expr: ofChosen('purser_wallet_burn_usd_per_second * 3600'), legend: '{{account}}' }],
      },
      {
        title: 'Runway',
        description:
          'How long each wallet lasts at the spending seen, in seconds; +Inf is idle, NaN not known yet.',
        kind: 'table',
        unit: 's',
        width: 12,
        runbook: 'PurserWalletEmptySoon',
        queries: [{ expr: `sort(${ofChosen('purser_wallet_runway_seconds')})`, legend: 'runway' }],
        thresholds: [
          { from: null, color: 'red' },
          { from: 21_600, color: 'orange' },
          { from: 86_400, color: 'green' },
        ],
      },
      {
        title: 'Not seen for',
        description: 'Age of each balance. What is old says nothing about the wallet as it is.',
        kind: 'timeseries',
        unit: 's',
        width: 12,
        runbook: 'PurserBalanceStale',
        queries: [
          { expr: ofChosen('time() - purser_wallet_observed_timestamp_seconds > 0'), legend: '{{account}}' },
        ],
      },
    ],
  },
  {
    title: 'Money',
    panels: [
      {
        title: 'Charged per day and kind',
        description: 'Dollars that were settled in 24 hours, by what they paid for.',
        kind: 'bars',
        unit: 'currencyUSD',
        width: 12,
        interval: '1d',
        queries: [
          {
            expr: `sum by (kind) (${ofChosen('increase(purser_charged_usd_total[1d])')})`,
            legend: '{{kind}}',
          },
        ],
      },
      {
        title: 'Caps used',
        description:
          'Charged, reserved or in doubt, as a share of each cap. A charge can be refused well below 100 %: what counts is whether it fits.',
        kind: 'gauge',
        unit: 'percentunit',
        width: 12,
        runbook: 'PurserCapReached',
        queries: [
          {
            expr: `topk(20, purser_cap_committed_usd / purser_cap_limit_usd and (${CHOSEN_CAPS}))`,
            legend: '{{scope}} {{name}}, {{window}}',
          },
        ],
        thresholds: [
          { from: null, color: 'green' },
          { from: 0.75, color: 'orange' },
          { from: 0.95, color: 'red' },
        ],
      },
      {
        title: 'Held back',
        description: 'Charges that were wanted and not made, by reason, counted at every look.',
        kind: 'bars',
        unit: 'short',
        width: 12,
        runbook: 'PurserCapReached',
        queries: [
          {
            expr: `sum by (reason) (${ofChosen('increase(purser_policy_blocks_total[$__rate_interval])')})`,
            legend: '{{reason}}',
          },
        ],
      },
      {
        title: 'Cards end in',
        description: 'Time until each saved card expires, the nearest first.',
        kind: 'table',
        unit: 's',
        width: 12,
        runbook: 'PurserCardExpiring',
        queries: [
          {
            expr: `sort(${ofChosen('purser_payment_method_expires_timestamp_seconds - time()')})`,
            legend: 'ends in',
          },
        ],
        thresholds: [
          { from: null, color: 'red' },
          { from: 2_592_000, color: 'green' },
        ],
      },
    ],
  },
];
