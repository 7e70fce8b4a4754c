import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

export type Usage = { readonly atMs: number; readonly cpuMs: number; readonly residentMb: number };

/** Linux counts CPU time in hundredths of a second, whatever its kernel ticks at (USER_HZ). */
const TICK_MS = 10;

/** CPU time and resident memory of another process: from /proc, or by `ps` where there is none. */
export function readUsage(pid: number): Usage {
  const atMs = performance.now();
  if (!existsSync('/proc/self/stat')) return { atMs, ...byPs(pid) };
  // The name in brackets may hold blanks; utime and stime are the 12th and 13th field after it.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  const kilobytes = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return {
    atMs,
    cpuMs: (Number(fields[11]) + Number(fields[12])) * TICK_MS,
    residentMb: Number(kilobytes) / 1_024,
  };
}

function byPs(pid: number): Omit<Usage, 'atMs'> {
  const text = execFileSync('ps', ['-o', 'rss=,time=', '-p', String(pid)], { encoding: 'utf8' });
  const [kilobytes = '', time = ''] = text.trim().split(/\s+/);
  const seconds = time.split(/[:-]/).reduce((sum, part) => sum * 60 + Number(part), 0);
  return { cpuMs: seconds * 1_000, residentMb: Number(kilobytes) / 1_024 };
}
