import type { IncomingMessage, ServerResponse } from 'node:http';
import { formatCents } from '../domain/money.ts';
import { formatInstant } from '../domain/time.ts';
import type { Account, CheckoutSession } from './provider/account.ts';
import { payLink } from './provider/human.ts';
import { findDocument } from './provider/invoices.ts';
import { lookup } from './provider/lookup.ts';
import { onePagePdf } from './provider/pdf.ts';
import { isPayable } from './provider/session.ts';
import type { World } from './provider/world.ts';
import type { ProviderFace, Target } from './provider-face.ts';

/** What needs no token: the page behind a payment link, where a person pays with one click, and invoices as PDF. */
export async function servePublic(
  face: ProviderFace,
  request: IncomingMessage,
  response: ServerResponse,
  target: Target,
): Promise<void> {
  const document = /^\/invoices\/(doc_[A-Za-z0-9]+)\.pdf$/.exec(target.path)?.[1];
  if (document !== undefined) return serveInvoice(face, response, document);
  const session = /^\/pay\/(cs_[A-Za-z0-9_]+)$/.exec(target.path)?.[1];
  if (session !== undefined) return serveCheckout(face, request, response, session);
  face.responder.json(response, 404, { message: 'Not found' });
}

function serveInvoice(face: ProviderFace, response: ServerResponse, document: string): void {
  const found = findDocument(face.world, document);
  if (found === null) {
    face.responder.json(response, 404, { message: 'Not found' });
    return;
  }
  const { account, invoice } = found;
  const pdf = onePagePdf([
    `Invoice ${invoice.number}`,
    `Billed to: ${account.billingInfo['name'] ?? account.name}`,
    `Date: ${formatInstant(invoice.createdAt)}`,
    `For: ${invoice.description}`,
    `Paid: ${formatCents(invoice.amountCents)} USD`,
    'This is the purser sandbox. No money was moved.',
  ]);
  face.responder.text(response, 200, { type: 'application/pdf', text: Buffer.from(pdf, 'latin1') });
}

async function serveCheckout(
  face: ProviderFace,
  request: IncomingMessage,
  response: ServerResponse,
  id: string,
): Promise<void> {
  const { world, clock, responder, stateFile } = face;
  const found = findSession(world, id);
  if (found === null) return responder.json(response, 404, { message: 'Not found' });
  const { account, session } = found;
  if (request.method === 'POST' && isPayable(session, clock.now())) {
    payLink(world, account, session, clock.now());
    await stateFile?.save();
  }
  const isOpen = isPayable(session, clock.now());
  responder.text(response, 200, { type: 'text/html; charset=utf-8', text: page(session, isOpen) });
}

/** By hand and rarely: every account is asked. */
function findSession(
  world: World,
  id: string,
): { readonly account: Account; readonly session: CheckoutSession } | null {
  for (const account of Object.values(world.accounts)) {
    const session = lookup(account.sessions, id);
    if (session !== null) return { account, session };
  }
  return null;
}

function page(session: CheckoutSession, isOpen: boolean): string {
  const amount = formatCents(session.amountCents);
  const what = session.purpose === 'fund' ? 'Wallet funding' : 'Subscription';
  const rest = isOpen
    ? `<form method="post"><button>Pay ${amount}</button></form>`
    : `<p>${session.state === 'open' ? 'This link has expired.' : `Paid. Session id: <code>${session.id}</code>`}</p>`;
  return `<!doctype html><meta charset="utf-8"><title>Sandbox checkout</title>
<body style="font:16px system-ui;margin:15vh auto;max-width:24em"><h1>${what}, ${amount}</h1>${rest}
<p>This is the purser sandbox. No money is moved.</p>`;
}
