import { Secret } from '../domain/secret.ts';
import type { EpochMs } from '../domain/time.ts';
import type { CardDetails } from '../modelslab/stripe.ts';
import { type CliIo, EXIT, ExitWith } from './cli-io.ts';

const STDIN_BYTES_MAX = 4_096;

/**
 * A card from the terminal, without echo, or from stdin as JSON `{"number", "exp_month", "exp_year", "cvc"}`; never from
 * arguments, which every process of the machine can read. What is wrong is said without quoting it.
 */
export async function readCardDetails(io: CliIo): Promise<CardDetails> {
  const fields = io.askHidden === null ? await fromStdin(io) : await fromTerminal(io.askHidden);
  const card = parseCard(fields, io.clock.now());
  if (typeof card !== 'string') {
    io.redactor.add(card.number);
    return card;
  }
  throw new ExitWith(EXIT.usage, { code: 'card_data', message: card, mend: 'Nothing was sent.' });
}

type Fields = {
  readonly number: string;
  readonly month: string;
  readonly year: string;
  readonly cvc: string;
};

async function fromTerminal(ask: (question: string) => Promise<string>): Promise<Fields> {
  const number = await ask('Card number (not shown): ');
  const expiry = await ask('Expiry, MM/YY (not shown): ');
  const cvc = await ask('CVC (not shown): ');
  const [month = '', year = ''] = expiry.split('/');
  return { number, month, year, cvc };
}

async function fromStdin(io: CliIo): Promise<Fields> {
  const text = await io.readStdin(STDIN_BYTES_MAX);
  let found: unknown = null;
  try {
    found = JSON.parse(text);
  } catch {
    // Said below, without what stood there.
  }
  const isRecord = typeof found === 'object' && found !== null;
  const fields = isRecord ? (found as Readonly<Record<string, unknown>>) : {}; // any object is a record of unknowns
  const word = (key: string): string => {
    const value = fields[key];
    return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  };
  return { number: word('number'), month: word('exp_month'), year: word('exp_year'), cvc: word('cvc') };
}

/** The card, or what is wrong with it. */
function parseCard(fields: Fields, now: EpochMs): CardDetails | string {
  const number = fields.number.replaceAll(/[ -]/g, '');
  if (number === '')
    return 'no card: give one at the prompt, or on stdin as JSON with number, exp_month, exp_year, cvc';
  if (!/^\d{12,19}$/.test(number) || !hasCheckDigit(number)) return 'the card number has a wrong digit';
  const expMonth = /^\s*\d{1,2}\s*$/.test(fields.month) ? Number(fields.month) : 0;
  const digits = fields.year.trim();
  const expYear = /^\d{2}$/.test(digits)
    ? 2_000 + Number(digits)
    : /^\d{4}$/.test(digits)
      ? Number(digits)
      : 0;
  if (expMonth < 1 || expMonth > 12 || expYear < 2_000) return 'the expiry is not a month and a year';
  if (Date.UTC(expYear, expMonth, 1) <= now) return 'the card has expired';
  const cvc = fields.cvc.trim();
  if (!/^\d{3,4}$/.test(cvc)) return 'the CVC has three or four digits';
  return { number: new Secret(number), expMonth, expYear, cvc: new Secret(cvc) };
}

/** Luhn, ISO/IEC 7812-1. */
function hasCheckDigit(number: string): boolean {
  let sum = 0;
  for (let place = 0; place < number.length; place += 1) {
    const digit = Number(number[number.length - 1 - place]);
    const doubled = place % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
