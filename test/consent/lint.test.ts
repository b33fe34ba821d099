import { describe, expect, it } from 'vitest';
import {
  type ButtonStyle,
  contrast,
  type LintCode,
  type LintInput,
  lintNotice,
  publishable,
} from '../../src/consent/lint';

const style: ButtonStyle = {
  color: '#ffffff',
  background: '#1a4d8f',
  border: '#1a4d8f',
  font_size: 16,
  font_weight: 600,
  width: 140,
  height: 44,
};

const good: LintInput = {
  languages: ['en', 'de'],
  controller: { name: 'Shop SA', contact: 'privacy@shop.example' },
  purposes: [
    {
      key: 'necessary',
      basis: 'contract',
      model: 'notice_only',
      required: true,
      special_category: false,
      preset: true,
      name: { en: 'Running the shop', de: 'Betrieb des Shops' },
      text: { en: 'We keep your cart while you shop.', de: 'Wir merken uns Ihren Warenkorb während des Einkaufs.' },
      recipients: [],
      services: [],
    },
    {
      key: 'analytics',
      basis: 'consent',
      model: 'opt_in',
      required: false,
      special_category: false,
      preset: false,
      name: { en: 'Statistics', de: 'Statistik' },
      text: { en: 'We count which pages are read.', de: 'Wir zählen, welche Seiten gelesen werden.' },
      recipients: ['Counter GmbH'],
      services: ['counter'],
    },
  ],
  text: {
    en: 'Shop SA asks for your consent to count visits. Counter GmbH receives the data. You can withdraw at any time.',
    de: 'Shop SA bittet um Ihre Einwilligung, Besuche zu zählen. Counter GmbH erhält die Daten. Sie können sie jederzeit widerrufen.',
  },
  buttons: [
    { action: 'accept_all', layer: 1, label: { en: 'Accept all', de: 'Alle annehmen' }, style },
    { action: 'reject_all', layer: 1, label: { en: 'Reject all', de: 'Alle ablehnen' }, style },
    { action: 'manage', layer: 1, label: { en: 'Choose', de: 'Auswählen' }, style },
  ],
  colours: [{ name: 'body', color: '#222', background: '#fff', kind: 'text' }],
  closing: 'leaves_off',
  wall: false,
  countdown: false,
  steps: { grant: 1, withdraw: 1 },
  says_withdrawal: { en: true, de: true },
};

const [necessary, analytics] = good.purposes as [LintInput['purposes'][0], LintInput['purposes'][0]];
const [accept, reject, manage] = good.buttons as [
  LintInput['buttons'][0],
  LintInput['buttons'][0],
  LintInput['buttons'][0],
];
const restyled = (over: Partial<ButtonStyle>) => ({
  buttons: [accept, { ...reject, style: { ...style, ...over } }, manage],
});
const asked = (over: Partial<LintInput['purposes'][0]>) => ({ purposes: [necessary, { ...analytics, ...over }] });
const codesOf = (over: Partial<LintInput>) => lintNotice({ ...good, ...over }).map((f) => f.code);

type Fault = [what: string, over: Partial<LintInput>, code: LintCode];

const FAULTS: Fault[] = [
  ['no button that refuses', { buttons: [accept, manage] }, 'refuse_missing'],
  ['the refusal on the second layer', { buttons: [accept, { ...reject, layer: 2 }, manage] }, 'refuse_hidden'],
  ['a smaller refusal', restyled({ font_size: 12 }), 'unequal_weight'],
  ['a lighter refusal', restyled({ font_weight: 400 }), 'unequal_weight'],
  [
    'a refusal as a bare link',
    restyled({ background: '#ffffff', border: '#ffffff', color: '#1a4d8f' }),
    'unequal_weight',
  ],
  ['a narrower refusal', restyled({ width: 60 }), 'unequal_weight'],
  ['a flatter refusal', restyled({ height: 30 }), 'unequal_weight'],
  ['a refusal without the other’s frame', restyled({ border: '#fff' }), 'unequal_weight'],
  [
    'a refusal that needs a sentence',
    {
      buttons: [
        accept,
        { ...reject, label: { ...reject.label, en: 'Go on without letting us use anything that is not needed' } },
      ],
    },
    'unequal_label',
  ],
  ['“later” in the place of no', { buttons: [accept, { ...reject, action: 'later' }] }, 'later_without_refuse'],
  ['a purpose that is on beforehand', asked({ preset: true }), 'preticked'],
  [
    'a special category that is on beforehand, in whatever region',
    asked({ preset: true, model: 'opt_out', special_category: true }),
    'preticked',
  ],
  ['an X that means yes', { closing: 'accepts' }, 'closing_accepts'],
  ['a wall', { wall: true }, 'wall'],
  ['a countdown', { countdown: true }, 'countdown'],
  ['a longer way back', { steps: { grant: 1, withdraw: 2 } }, 'withdrawal_harder'],
  ['no word on withdrawing, in one language', { says_withdrawal: { en: true } }, 'withdrawal_unsaid'],
  ['no controller', { controller: { name: ' ', contact: 'x@y.example' } }, 'controller_unnamed'],
  ['no contact', { controller: { name: 'Shop SA' } }, 'controller_uncontactable'],
  ['no purpose', { purposes: [] }, 'no_purposes'],
  ['a purpose without a name in one language', asked({ name: { en: 'Statistics' } }), 'purpose_unnamed'],
  ['a purpose explained by one word', asked({ text: { ...analytics.text, en: 'Marketing' } }), 'purpose_unexplained'],
  ['services but no recipients', asked({ recipients: [] }), 'recipients_unnamed'],
  ['a nameless recipient', asked({ recipients: ['Counter GmbH', ' '] }), 'recipients_unnamed'],
  ['a special category without a choice', asked({ special_category: true, required: true }), 'special_not_separate'],
  ['no text in one language', { text: { en: good.text.en! } }, 'text_missing'],
  ['a button without a label', { buttons: [accept, reject, { ...manage, label: { en: 'Choose' } }] }, 'text_missing'],
  [
    'grey text on white',
    { colours: [{ name: 'body', color: '#777777', background: '#fff', kind: 'text' }] },
    'contrast_low',
  ],
  [
    'a pale control',
    { colours: [{ name: 'switch', color: '#cccccc', background: '#fff', kind: 'control' }] },
    'contrast_low',
  ],
  [
    'an unreadable button label',
    { buttons: [accept, reject, { ...manage, style: { ...style, color: '#8899aa' } }] },
    'contrast_low',
  ],
  [
    'a colour that nobody can compute',
    { colours: [{ name: 'body', color: 'var(--ink)', background: '#fff', kind: 'text' }] },
    'colour_unreadable',
  ],
  ['a tiny button', { buttons: [accept, reject, { ...manage, style: { ...style, height: 20 } }] }, 'target_small'],
  ['pressing words', { text: { ...good.text, en: 'We value your privacy. Please choose below.' } }, 'wording_pressing'],
  [
    'pressing words in German',
    { text: { ...good.text, de: 'Für das bestmögliche Erlebnis bitten wir um Zustimmung.' } },
    'wording_pressing',
  ],
  ['going on taken for a yes', { text: { ...good.text, en: 'By continuing you agree.' } }, 'wording_implied'],
  [
    'vague words',
    asked({ text: { ...analytics.text, en: 'We and our trusted partners count pages.' } }),
    'wording_vague',
  ],
  ['a sentence without end', { text: { ...good.text, en: `${'word '.repeat(60)}.` } }, 'wording_long'],
];

describe('the notice linter', () => {
  it('finds nothing in a fair notice', () => {
    expect(lintNotice(good)).toEqual([]);
  });

  it.each(FAULTS)('finds %s', (_, over, code) => {
    expect(codesOf(over)).toContain(code);
  });

  it.each(
    FAULTS.filter(
      ([, , code]) => !['text_missing', 'unequal_label', 'later_without_refuse', 'no_purposes'].includes(code),
    ),
  )('finds with %s nothing but what is wrong', (_, over, code) => {
    expect([...new Set(codesOf(over))]).toEqual([code]);
  });

  it('blocks publishing on an error and not on a warning, errors first', () => {
    const both = lintNotice({ ...good, wall: true, controller: { name: 'Shop SA' } });
    expect(both.map((f) => f.severity)).toEqual(['error', 'warning']);
    expect(publishable(both)).toBe(false);
    expect(publishable(both.slice(1))).toBe(true);
    expect(publishable([])).toBe(true);
  });

  it('names the place and the source of each finding', () => {
    const [finding] = lintNotice({ ...good, ...asked({ preset: true }) });
    expect(finding).toMatchObject({ path: 'purposes.analytics.preset', source: expect.stringContaining('C-673/17') });
  });

  it('asks for no refusal where nothing is asked: notice only, or nothing to choose', () => {
    expect(codesOf({ ...asked({ model: 'notice_only' }), buttons: [{ ...manage, action: 'close' }] })).toEqual([]);
    expect(codesOf({ purposes: [necessary], buttons: [] })).toEqual([]);
  });

  it('asks for a refusal in opt-out regions as soon as there is an acceptance', () => {
    expect(codesOf({ ...asked({ model: 'opt_out', preset: true }), buttons: [accept, manage] })).toEqual([
      'refuse_missing',
    ]);
    expect(codesOf({ ...asked({ model: 'opt_out', preset: true }) })).toEqual([]);
  });

  it('lets rendering differ by a pixel, and labels by their length', () => {
    expect(codesOf(restyled({ height: 43, width: 120, border: 'rgb(26, 77, 143)' }))).toEqual([]);
  });

  it('asks for 5 : 1 where strings of the advertising framework are made', () => {
    const colours: LintInput['colours'] = [{ name: 'body', color: '#767676', background: '#fff', kind: 'text' }];
    expect(codesOf({ colours })).toEqual([]);
    expect(codesOf({ colours, min_contrast: 5 })).toEqual(['contrast_low']);
  });
});

describe('contrast', () => {
  it.each([
    ['#000', '#fff', 21],
    ['#ffffff', 'rgb(255, 255, 255)', 1],
    ['#767676', '#ffffff', 4.54],
    ['#777777', '#ffffff', 4.48],
    ['#0000ff', '#ffffff', 8.59],
    ['#444444', '#ffffff', 9.74],
    ['#050505', '#ffffff', 20.38],
    ['rgb(255 0 0)', '#ffffff', 4],
  ])('of %s on %s is %d', (a, b, ratio) => {
    expect(contrast(a, b)).toBeCloseTo(ratio, 2);
    expect(contrast(b, a)).toBeCloseTo(ratio, 2);
  });

  it.each(['red', '#12', '#12345678', 'rgb(300, 0, 0)', 'rgba(0, 0, 0, 0.5)', '', 'transparent'])(
    'of %s is not guessed',
    (colour) => {
      expect(contrast(colour, '#fff')).toBeNull();
    },
  );
});
