import type { EpochMs } from '../../domain/time.ts';
import { type Html, html } from './html.ts';
import type { Charge } from './page-readings.ts';
import { payButton } from './pay-button.ts';
import { ago, dollars, plural, spaced } from './words.ts';

/** Nothing more happens to these. */
const CLOSED = ['settled', 'released', 'rejected'];

/** Charges, the open ones first, each with how it came to where it is. */
export function chargeList(charges: readonly Charge[], now: EpochMs, mayPay: boolean): Html {
  if (charges.length === 0) return html`<p class="empty">No charge yet.</p>`;
  const open = charges.filter(({ state }) => !CLOSED.includes(state));
  const closed = charges.filter(({ state }) => CLOSED.includes(state));
  return html`${open.length === 0 ? null : html`<h3>Open</h3>${list(open, now, mayPay)}`}
${closed.length === 0 ? null : html`<h3>Closed</h3>${list(closed, now, mayPay)}`}`;
}

function list(charges: readonly Charge[], now: EpochMs, mayPay: boolean): Html {
  return html`<ul class="charges">${charges.map((charge) => item(charge, now, mayPay))}</ul>`;
}

function item(charge: Charge, now: EpochMs, mayPay: boolean): Html {
  const { state, detail, settled_usd: settledUsd } = charge;
  return html`<li><details id="${charge.id}"><summary>
<span class="what">${WORDS[charge.kind] ?? spaced(charge.kind)} <strong>${dollars(settledUsd ?? charge.amount_usd)}</strong></span>
<span class="mark mark-${state}">${spaced(state)}</span>
<span class="quiet">${detail === null ? null : html`${spaced(detail)}, `}${ago(charge.armed_at, now)}</span>
</summary>
<ol class="story">${charge.story.map(
    ({ at, to, why }) =>
      html`<li><time>${at}</time> <strong>${spaced(to)}</strong>${why === to ? null : html` ${spaced(why.replace(':', ': '))}`}</li>`,
  )}</ol>
<p class="quiet">${charge.card === null ? null : html`Card <code>${charge.card}</code>. `}${plural(charge.sends, 'send')} under one key. Intent <code>${charge.id}</code>${charge.payment_intent === null ? null : html`, payment <code>${charge.payment_intent}</code>`}, config <code>${charge.revision}</code>.</p>
</details>${mayPay && charge.payment_url !== null ? payButton({ url: charge.payment_url, usd: charge.amount_usd }) : null}</li>
`;
}

const WORDS: Readonly<Record<string, string>> = {
  fund: 'top-up',
  fund_link: 'top-up by a person',
  fix_payment: 'renewal paid',
  subscribe_link: 'subscription by a person',
};
