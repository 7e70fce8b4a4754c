import type { IncomingMessage } from 'node:http';

/** The body of a request as text; `null` where it is longer than allowed. */
export async function readBody(request: IncomingMessage, bytesMax: number): Promise<string | null> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request) {
    const bytes = Buffer.from(part);
    size += bytes.length;
    if (size > bytesMax) return null;
    parts.push(bytes);
  }
  return Buffer.concat(parts).toString('utf8');
}

/** A body that is a JSON object; `null` where it is anything else, `whenEmpty` where there is none. */
export async function readJson(
  request: IncomingMessage,
  bytesMax: number,
  whenEmpty: Readonly<Record<string, never>> | null = null,
): Promise<Readonly<Record<string, unknown>> | null> {
  const text = await readBody(request, bytesMax);
  if (text === null) return null;
  if (text.trim() === '') return whenEmpty;
  try {
    const body: unknown = JSON.parse(text);
    const isRecord = typeof body === 'object' && body !== null && !Array.isArray(body);
    return isRecord ? (body as Readonly<Record<string, unknown>>) : null; // any object is a record of unknowns
  } catch {
    return null; // JSON.parse throws for nothing but text that is not JSON
  }
}
