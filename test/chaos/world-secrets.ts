import { readFileSync } from 'node:fs';
import type { Canary } from './scan-bytes.ts';

/** Everything secret in the sandbox's state file: passwords, every token it ever gave out, client secrets. */
export function worldSecrets(statePath: string): readonly Canary[] {
  const found = new Map<string, string>();
  collect(JSON.parse(readFileSync(statePath, 'utf8')), found);
  return Array.from(found, ([value, name]) => ({ name, value }));
}

function collect(value: unknown, found: Map<string, string>): void {
  if (typeof value === 'string') {
    const name = nameOf(value);
    if (name !== null) found.set(value, name);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    collect(key, found);
    collect(inner, found);
  }
}

/** The pages behind payment links: not secret, but for nobody except those who are to pay. */
export function paymentPages(statePath: string): readonly Canary[] {
  const text = readFileSync(statePath, 'utf8');
  const found = new Set([...text.matchAll(/\bcs_test_\w{20,}/g)].map(([session]) => session));
  return Array.from(found, (session) => ({ name: 'a payment link', value: `/pay/${session}` }));
}

function nameOf(text: string): string | null {
  if (/^\d+\|\S{20,}$/.test(text)) return 'a token';
  if (text.startsWith('sbx-password-')) return 'a password';
  return /^(?:pi|seti)_\w+_secret_\w+$/.test(text) ? 'a client secret' : null;
}
