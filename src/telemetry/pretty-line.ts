import { z } from 'zod';

const Line = z.looseObject({ time: z.string(), level: z.string(), event: z.string() });

/** One JSON line as a person reads it at a terminal: "15:04:05 WARN  alerts.delivery_failed receiver=ops". */
export function prettyLine(json: string): string {
  const line = parsed(json);
  if (line === null) return json;
  const { time, level, event, ...fields } = line;
  const words = Object.entries(fields).map(([key, value]) => `${key}=${wordOf(value)}`);
  return `${[time.slice(11, 19), level.toUpperCase().padEnd(5), event, ...words].join(' ')}\n`;
}

/** `null` for a line that is no JSON any more: a mask can stand where a bare number stood. */
function parsed(json: string): z.infer<typeof Line> | null {
  try {
    return Line.safeParse(JSON.parse(json)).data ?? null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function wordOf(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  return /^[\w.:/@$%+-]+$/.test(value) ? value : JSON.stringify(value);
}
