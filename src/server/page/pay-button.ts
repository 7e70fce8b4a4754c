import { type Html, html } from './html.ts';
import { dollars } from './words.ts';

/** The provider wrote the address: only one of the web is one to follow. */
export function payButton({ url, usd }: { readonly url: string; readonly usd: number }): Html | null {
  if (!/^https?:\/\//i.test(url)) return null;
  return html`<p class="pay"><a href="${url}" rel="noreferrer noopener">Pay ${dollars(usd)}</a></p>`;
}
