import { accountUrl } from './account-url.ts';
import { type Html, html } from './html.ts';
import type { AccountStory } from './page-readings.ts';
import type { Session } from './sessions.ts';

const LABELS = { freeze: 'End the freeze', pause: 'Resume', nothing: 'Try declined cards again' };

/** The buttons of an account; a pause is asked for with its reason. */
export function accountForms({ account, holds }: AccountStory, session: Session): Html {
  const url = accountUrl(account);
  const isPaused = holds.some(({ kind }) => kind === 'pause');
  const held = holds.find(({ kind }) => kind === 'freeze') ?? holds[0] ?? null;
  const seen = held === null ? 'nothing' : `${held.kind}/${held.since}`;
  return html`<section class="card" aria-labelledby="hands-title"><h2 id="hands-title">By hand</h2>
${
  isPaused
    ? null
    : html`<form class="search" method="post" action="${url}/pause">${formField(session)}
<label for="reason">Reason of a pause</label><input id="reason" name="reason" type="text" maxlength="200" autocomplete="off">
<button type="submit">Pause</button></form>`
}
<form class="search" method="post" action="${url}/resume">${formField(session)}<input type="hidden" name="held" value="${seen}"><button type="submit">${LABELS[held?.kind ?? 'nothing']}</button></form>
<form class="search" method="post" action="${url}/check">${formField(session)}<button type="submit">Look now</button></form>
</section>`;
}

/** Somebody looks after it; who and what is told with it. */
export function acknowledgeForm(id: string, session: Session): Html {
  return html`<form class="ack" method="post" action="/acknowledge">${formField(session)}<input type="hidden" name="id" value="${id}">
<input name="note" type="text" maxlength="200" autocomplete="off" aria-label="Note" placeholder="Note, if wanted">
<button type="submit">Acknowledge</button></form>`;
}

/** A button that stands for a whole form. */
export function buttonForm(action: string, label: string, session: Session): Html {
  return html`<form class="small" method="post" action="${action}">${formField(session)}<button type="submit">${label}</button></form>`;
}

function formField({ formToken }: Session): Html {
  return html`<input type="hidden" name="form" value="${formToken}">`;
}
