import { spawnSync } from 'node:child_process';
import { type Browser, chromium, type Page } from 'playwright-core';
import { onTestFinished } from 'vitest';

const EXECUTABLE = 'chromium';

/** Where the browser of the system is; `null` where there is none. */
export function chromiumPath(): string | null {
  const found = spawnSync('which', [EXECUTABLE], { encoding: 'utf8' });
  return found.status === 0 ? found.stdout.trim() : null;
}

export async function startChromium(executablePath: string): Promise<Browser> {
  // Root, as in a container, may not make the sandbox; the pages are our own.
  return await chromium.launch({ executablePath, args: ['--no-sandbox'] });
}

/** A browser of its own, closed when the test ends, and what its pages complained of. */
export async function aChromium(executablePath: string): Promise<{
  readonly open: (options?: {
    readonly width?: number;
    readonly scheme?: 'light' | 'dark';
    readonly javaScriptEnabled?: boolean;
  }) => Promise<Page>;
  readonly complaints: readonly string[];
}> {
  const browser = await startChromium(executablePath);
  onTestFinished(() => browser.close());
  const complaints: string[] = [];
  return {
    complaints,
    open: async ({ width = 1_280, scheme = 'light', javaScriptEnabled = true } = {}) => {
      const context = await browser.newContext({
        viewport: { width, height: 844 },
        colorScheme: scheme,
        javaScriptEnabled,
        bypassCSP: false,
      });
      const page = await context.newPage();
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
      });
      page.on('pageerror', (error) => complaints.push(String(error)));
      page.on('request', (request) => {
        if (new URL(request.url()).hostname !== '127.0.0.1') complaints.push(`asked for ${request.url()}`);
      });
      return page;
    },
  };
}
