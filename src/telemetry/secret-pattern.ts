/** Secrets that give themselves away, wherever they come from. `hint` is in every match and is cheap to look for. */
const PATTERNS: readonly { readonly hint: RegExp; readonly pattern: RegExp; readonly kept: string }[] = [
  { hint: /bearer/i, pattern: /\b(bearer)(?:\s|%20|\+)+[\w.~+/%=-]{8,}/gi, kept: '$1 ' },
  {
    hint: /authorization/i,
    pattern: /(authorization\W{1,8}basic)(?:\s|%20|\+)+[\w+/%=-]{4,}/gi,
    kept: '$1 ',
  },
  // Three base64url parts that begin with {" : a JSON Web Token.
  { hint: /eyJ/, pattern: /\beyJ[\w-]{4,}\.[\w-]{4,}\.[\w-]{4,}/g, kept: '' },
  // Stripe's client secrets of payment, setup and checkout objects.
  { hint: /_secret_/, pattern: /\b[a-z]{2,8}_\w+?_secret_\w+/g, kept: '' },
  { hint: /whsec_/, pattern: /whsec_[\w+/=%-]{4,}/g, kept: '' },
  { hint: /[spr]k_(?:live|test)_/, pattern: /(?<![A-Za-z0-9])[spr]k_(?:live|test)_\w{4,}/g, kept: '' },
  {
    hint: /hooks\.slack/i,
    pattern:
      /(?:https?:(?:\\?\/){2}|https?%3A%2F%2F)?hooks\.slack(?:-gov)?\.com(?::\d+)?(?:\\?\/|%2F)[\w\\/%.-]+/gi,
    kept: '',
  },
];

export function maskPatterns(text: string, mask: string): string {
  let masked = text;
  for (const { hint, pattern, kept } of PATTERNS) {
    if (hint.test(masked)) masked = masked.replace(pattern, `${kept}${mask}`);
  }
  return masked;
}
