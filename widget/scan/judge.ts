import type { PurposeView, ServiceView } from '../../src/consent/wire';
import { contrast } from './contrast';
import type { Buttons, Declared, Finding, Phase, Register, Seen } from './report';

/** A declared name is exact, or a prefix when it ends in `*`; as `widget/match.ts` has it, which a test compares. */
export const matches = (declared: string, name: string): boolean =>
  declared.endsWith('*') ? name.startsWith(declared.slice(0, -1)) : name === declared;

/** The widget's own entries: it keeps the choice itself, and only after it was made. */
const OWN = ['avow:*', 'avow_*'];

const isOwn = (seen: Seen): boolean => seen.kind !== 'host' && OWN.some((name) => matches(name, seen.name));

const covers = (host: string, seen: string): boolean => `.${seen}`.endsWith(`.${host.replace(/^\*\./, '')}`);

const declares = (service: ServiceView, seen: Seen): boolean =>
  seen.kind === 'host'
    ? service.hosts.some((host) => covers(host, seen.name))
    : service.storage.some((item) => item.kind === seen.kind && matches(item.name, seen.name));

/** The service of the register that accounts for something seen, and the purposes that it serves. */
export function declared(register: Register, seen: Seen): Declared {
  if (isOwn(seen)) return { service: 'avow', purposes: [] };
  if (seen.kind === 'host' && seen.first_party) return { service: 'the site itself', purposes: [] };
  const services = register.services.filter((s) => declares(s, seen));
  const purposes = register.purposes.filter((p) => p.services.some((key) => services.some((s) => s.key === key)));
  return { service: services[0]?.name, purposes: purposes.map((p) => p.key) };
}

/** May a purpose be pursued although nobody has chosen yet, or has said no? */
const free = (p: PurposeView, phase: Phase): boolean =>
  p.required || (phase === 'before' && p.model !== 'opt_in' && p.default === 'granted');

const shown = ({ kind, name, where }: Seen): string => (kind === 'host' ? name : `${kind} ${name} (${where})`);

function judgeOne(register: Register, phase: Phase, seen: Seen): Finding[] {
  const { service, purposes } = declared(register, seen);
  const subject = shown(seen);
  if (!service)
    return [
      { code: 'undeclared', severity: 'error', phase, subject, text: 'The service register does not declare it.' },
    ];
  const found: Finding[] = [];
  const item = register.services
    .flatMap((s) => s.storage)
    .find((i) => i.kind === seen.kind && matches(i.name, seen.name));
  // A day of grace: browsers round, and servers' clocks differ.
  if (item && seen.lifetime !== undefined && seen.lifetime > item.lifetime + 86_400)
    found.push({
      code: 'lives_longer',
      severity: 'error',
      phase,
      subject,
      text: `It lives ${Math.round(seen.lifetime / 86_400)} days, declared are ${Math.round(item.lifetime / 86_400)}.`,
    });
  const serving = register.purposes.filter((p) => purposes.includes(p.key));
  if (phase !== 'after_accept' && serving.length > 0 && !serving.some((p) => free(p, phase)))
    found.push({
      code: phase === 'before' ? 'used_before_choice' : 'used_after_refusal',
      severity: 'error',
      phase,
      subject,
      text: `${service} is used for ${serving.map((p) => p.name).join(', ')}, which ${
        phase === 'before' ? 'nobody has allowed yet' : 'was refused'
      }.`,
    });
  return found;
}

function neverSeen(register: Register, all: Seen[]): Finding[] {
  return register.services
    .filter((s) => !all.some((seen) => declares(s, seen)))
    .map((s) => ({
      code: 'never_seen',
      severity: 'notice',
      subject: s.name,
      text: 'The register declares it, but no page of this scan used it.',
    }));
}

const EQUAL = 1.2;

const alike = (a: number, b: number): boolean => Math.max(a, b) / Math.max(1, Math.min(a, b)) <= EQUAL;

/** Equal weight of yes and no on the first layer, and enough contrast (EDPB 03/2022; WCAG 1.4.3). */
export function judgeButtons({ accept, reject }: Buttons): Finding[] {
  if (!accept && !reject)
    return [{ code: 'no_banner', severity: 'notice', subject: 'banner', text: 'No banner was recognised.' }];
  if (!accept || !reject)
    return [
      { code: 'no_reject', severity: 'error', subject: 'banner', text: 'The first layer offers yes without no.' },
    ];
  const found: Finding[] = [];
  const same =
    alike(accept.width * accept.height, reject.width * reject.height) &&
    alike(accept.font_size, reject.font_size) &&
    accept.font_weight === reject.font_weight &&
    alike(contrast(accept.color, accept.background), contrast(reject.color, reject.background));
  if (!same)
    found.push({ code: 'unequal_buttons', severity: 'error', subject: 'banner', text: 'Yes and no differ in weight.' });
  for (const [name, look] of Object.entries({ accept, reject })) {
    const ratio = contrast(look.color, look.background);
    if (ratio < 4.5)
      found.push({
        code: 'low_contrast',
        severity: 'error',
        subject: `${name} button`,
        text: `Its text has a contrast of ${ratio.toFixed(2)} : 1; 4.5 : 1 is the least.`,
      });
  }
  return found;
}

/** Everything that the scan has to say; each subject once per code and phase. */
export function judge(register: Register, phases: { phase: Phase; seen: Seen[] }[], buttons: Buttons): Finding[] {
  const perPhase = phases.flatMap(({ phase, seen }) => seen.flatMap((s) => judgeOne(register, phase, s)));
  const undeclared = new Set<string>();
  const once = perPhase.filter((f) => {
    if (f.code !== 'undeclared') return true;
    const fresh = !undeclared.has(f.subject);
    undeclared.add(f.subject);
    return fresh;
  });
  return [
    ...once,
    ...judgeButtons(buttons),
    ...neverSeen(
      register,
      phases.flatMap((p) => p.seen),
    ),
  ];
}
