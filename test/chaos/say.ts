const started = performance.now();

/** One line of progress, with the seconds since the script began. */
export function say(text: string): void {
  const seconds = ((performance.now() - started) / 1_000).toFixed(1).padStart(6);
  process.stdout.write(`${seconds} s  ${text}\n`);
}

/** The block of counts that every script ends with. */
export function sayCounts(title: string, counts: Readonly<Record<string, string | number>>): void {
  const width = Math.max(...Object.keys(counts).map((name) => name.length));
  const lines = Object.entries(counts).map(([name, value]) => `  ${name.padEnd(width)}  ${value}`);
  process.stdout.write(`\n== ${title}\n${lines.join('\n')}\n\n`);
}
