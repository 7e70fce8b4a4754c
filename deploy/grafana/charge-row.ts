import type { Row } from './panel.ts';
import { ofChosen } from './scope.ts';

/** What became of charges. */
export const CHARGE_ROW: Row = {
  title: 'Charges',
  panels: [
    {
      title: 'Outcomes',
      description: 'What became of charges, counted once for each state that they entered.',
      kind: 'bars',
      unit: 'short',
      width: 12,
      queries: [
        {
          expr: `sum by (outcome) (${ofChosen('increase(purser_charges_total[$__rate_interval])')})`,
          legend: '{{outcome}}',
        },
      ],
    },
    {
      title: 'Declines by reason',
      description: "All declines that the journal knows, by account and the bank's reason.",
      kind: 'gauge',
      unit: 'short',
      width: 12,
      runbook: 'PurserChargeDeclined',
      queries: [
        {
          expr: `topk(20, sum by (account, reason) (${ofChosen('purser_charge_declines_total')}))`,
          legend: '{{account}}: {{reason}}',
        },
      ],
    },
    {
      title: 'Oldest doubt',
      description:
        'How long the oldest charge in doubt has been open; 0 where there is none. Do not re-charge.',
      kind: 'timeseries',
      unit: 's',
      width: 12,
      runbook: 'PurserChargeOutcomeUnknown',
      queries: [
        {
          expr: `time() - min(${ofChosen('purser_intent_oldest_timestamp_seconds{state="in_doubt"}')}) or vector(0)`,
          legend: 'oldest',
        },
      ],
    },
    {
      title: 'Open charges',
      description: 'Charges that are not closed yet, by state.',
      kind: 'timeseries',
      unit: 'short',
      width: 12,
      runbook: 'PurserNeedsHuman',
      queries: [{ expr: `sum by (state) (${ofChosen('purser_intents')})`, legend: '{{state}}' }],
    },
  ],
};
