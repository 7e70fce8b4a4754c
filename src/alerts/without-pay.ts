import type { IncidentFact } from '../domain/incident.ts';

/** The same without the address to pay at, which is for those who asked for it. */
export function withoutPay<About extends { readonly fact: IncidentFact }>(about: About): About {
  const { pay: _pay, ...fact } = about.fact;
  return { ...about, fact };
}
