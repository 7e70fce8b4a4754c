// Keeps an open page up to date: asks for the same page again and takes over what changed in elements with `data-live`.
// Without this script the page is complete; it only stands still.

const EVERY_MS = 5_000;
let etag = null;

async function refresh() {
  if (document.hidden) return;
  const response = await fetch(location.href, {
    headers: etag === null ? {} : { 'if-none-match': etag },
    cache: 'no-store',
  });
  if (response.status === 304) return say(null);
  if (!response.ok) throw new Error(`status ${response.status}`);
  etag = response.headers.get('etag');
  const next = new DOMParser().parseFromString(await response.text(), 'text/html');
  for (const region of document.querySelectorAll('[data-live]'))
    takeOver(region, next.getElementById(region.id));
  say(null);
}

/** What somebody types in, or has opened, stays as it is. */
function takeOver(region, fresh) {
  if (fresh === null || fresh.innerHTML === region.innerHTML) return;
  const active = region.contains(document.activeElement) ? document.activeElement : null;
  if (active?.matches('input, textarea, select')) return;
  const fields = [...region.querySelectorAll('input[type="text"]')];
  if (fields.some(({ value, defaultValue }) => value !== defaultValue)) return;
  for (const open of region.querySelectorAll('details[open][id]')) {
    fresh.querySelector(`#${CSS.escape(open.id)}`)?.setAttribute('open', '');
  }
  const focus = active === null ? null : pathOf(active, region);
  const scroll = [...region.querySelectorAll('.scroll')].map((one) => one.scrollLeft);
  region.replaceChildren(...fresh.childNodes);
  for (const [index, one] of region.querySelectorAll('.scroll').entries())
    one.scrollLeft = scroll[index] ?? 0;
  if (focus !== null) region.querySelector(focus)?.focus({ preventScroll: true });
}

/** The same link or summary in the new content. */
function pathOf(element, region) {
  if (element.id !== '') return `#${CSS.escape(element.id)}`;
  const href = element.getAttribute('href');
  if (href !== null) return `a[href="${CSS.escape(href)}"]`;
  const details = element.closest('details[id]');
  return details !== null && region.contains(details) ? `#${CSS.escape(details.id)} > summary` : null;
}

function say(problem) {
  const place = document.getElementById('offline');
  if (place !== null && place.textContent !== (problem ?? '')) place.textContent = problem ?? '';
}

async function run() {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    await refresh().catch(() => say('purser does not answer. What stands here is old.'));
  }
}

document.addEventListener('visibilitychange', () => {
  refresh().catch(() => say('purser does not answer. What stands here is old.'));
});
void run();
