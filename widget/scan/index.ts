import { type Browsed, browse } from './browse';
import { declared, judge } from './judge';
import type { Phase, Register, ScanReport } from './report';

export { renderHtml } from './html';
export { exitCode, type Finding, type Phase, type Register, type ScanReport, type Seen } from './report';

export type ScanOptions = {
  /** Chromium or Chrome; by default $CHROMIUM, else /usr/bin/chromium. */
  executablePath?: string;
  /** The service register; by default the one that the widget of the page receives. */
  register?: Register;
  /** Further pages to open in each phase, absolute or relative to the address. */
  pages?: string[];
  /** Milliseconds of quiet after each step; by default 1500. */
  settle?: number;
  /** Selectors of the first layer's buttons, for a banner that is not recognised. */
  accept?: string;
  reject?: string;
  /** Further flags of the browser. */
  args?: string[];
  /** Called before each phase, for a progress line. */
  progress?: (phase: Phase) => void;
};

/** The scan could not be made; the message says what to do. Exit code 2. */
export class ScanError extends Error {
  constructor(
    readonly code: 'bad_address' | 'no_browser' | 'unreachable',
    message: string,
  ) {
    super(message);
  }
}

const PHASES: Phase[] = ['before', 'after_reject', 'after_accept'];

const NOTHING: Register = { services: [], purposes: [] };

/** A browser refuses its sandbox to root; everybody else keeps it. */
const flags = (): string[] => ['--disable-quic', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])];

async function launch({ executablePath, args = [] }: ScanOptions) {
  const path = executablePath ?? process.env.CHROMIUM ?? '/usr/bin/chromium';
  const { chromium } = await import('playwright-core');
  try {
    return await chromium.launch({ executablePath: path, args: [...flags(), ...args] });
  } catch {
    const help = 'install it (apt install chromium) or name it with CHROMIUM=/path';
    throw new ScanError('no_browser', `${path} could not be started: ${help}`);
  }
}

function addressOf(url: string): string {
  const address = URL.canParse(url) ? new URL(url) : undefined;
  if (!address || !/^https?:$/.test(address.protocol))
    throw new ScanError('bad_address', `not a web address: ${url} (write https://…)`);
  return address.href;
}

/**
 * Opens a site in headless Chromium and says what it stores and whom it calls before a choice, after no and after yes,
 * and where that differs from the service register. Throws a `ScanError` when it can't look at all.
 */
export async function scan(url: string, options: ScanOptions = {}): Promise<ScanReport> {
  const address = addressOf(url);
  const browser = await launch(options);
  try {
    const { settle = 1500, pages = [], accept, reject } = options;
    const browsed: Browsed[] = [];
    for (const phase of PHASES) {
      options.progress?.(phase);
      browsed.push(await browse(browser, address, phase, { settle, pages, accept, reject }));
    }
    return reportOf(address, browsed, options.register);
  } catch (error) {
    if (error instanceof Error && /net::ERR_/.test(error.message))
      throw new ScanError('unreachable', `${address} could not be opened: ${error.message.split('\n')[0]}`);
    throw error;
  } finally {
    await browser.close();
  }
}

function reportOf(url: string, browsed: Browsed[], given: Register | undefined): ScanReport {
  const heard = browsed.find((b) => b.register)?.register;
  const register = given ?? heard ?? NOTHING;
  const buttons = browsed[0]?.buttons ?? {};
  return {
    url,
    scanned_at: new Date().toISOString(),
    register: given ? 'given' : heard ? 'widget' : 'none',
    phases: browsed.map(({ phase, seen }) => ({
      phase,
      seen: seen.map((s) => ({ ...s, ...declared(register, s) })),
    })),
    findings: judge(register, browsed, buttons),
  };
}
