import { describe, expect, it } from 'vitest';
import { DELAY_GROUNDS, DENIAL_GROUNDS } from '../../src/rights/crossmap';
import { renderMail } from '../../src/rights/mails';
import { RIGHTS } from '../../src/rights/rules';
import { languageFor, MAIL_KINDS, RIGHTS_LANGUAGES, rightsTexts } from '../../src/rights/texts';

const base = {
  controller: { name: 'Otter & Söhne', contact: 'privacy@otter.example' },
  right: 'access' as const,
  date: Date.parse('2026-11-22T10:00:00Z'),
};
const placeholders = (s: string): string[] => [...s.matchAll(/\{[a-z]+\}/g)].map((m) => m[0]).sort();

describe('the texts of rights', () => {
  it('exist in five languages, with every right, mail and ground, and the same placeholders', () => {
    expect(RIGHTS_LANGUAGES).toEqual(['en', 'de', 'fr', 'sv', 'vi']);
    const en = rightsTexts('en');
    for (const language of RIGHTS_LANGUAGES) {
      const t = rightsTexts(language);
      expect(Object.keys(t.rights).sort()).toEqual([...RIGHTS].sort());
      expect(Object.keys(t.grounds).sort()).toEqual(Object.keys(DENIAL_GROUNDS).sort());
      expect(Object.keys(t.delays).sort()).toEqual(Object.keys(DELAY_GROUNDS).sort());
      for (const kind of MAIL_KINDS) {
        const [mine, theirs] = [t.mails[kind], en.mails[kind]];
        expect(placeholders(mine.paragraphs.join(' ')), `${language} ${kind}`).toEqual(
          placeholders(theirs.paragraphs.join(' ')),
        );
        expect(mine.action === undefined).toBe(theirs.action === undefined);
        expect(mine.subject, `${language} ${kind}`).not.toBe(language === 'en' ? '' : theirs.subject);
      }
      expect(t.draft).toBe(language !== 'en');
    }
  });

  it('are chosen by the asker’s languages, in order', () => {
    expect(languageFor('sv-SE,sv;q=0.9,en;q=0.5')).toBe('sv');
    expect(languageFor('xx, vi-VN')).toBe('vi');
    expect(languageFor('')).toBe('en');
    expect(languageFor('constructor')).toBe('en');
  });
});

describe('a mail', () => {
  it.each(MAIL_KINDS)('of kind %s leaves no placeholder, and says the same in text and HTML', (kind) => {
    for (const language of RIGHTS_LANGUAGES) {
      const link = 'https://avow.example/v1/requests/req_x/confirm?token=a&b=c';
      const mail = renderMail('jane@x.example', {
        ...base,
        kind,
        language,
        link,
        code: '12345678',
        ground: 'other',
        delay: 'complexity',
        message: 'Hallo <b>',
      });
      expect(`${mail.subject}${mail.text}${mail.html}`).not.toMatch(/\{[a-z]+\}/);
      expect(mail.html).not.toContain('<b>');
      if (rightsTexts(language).mails[kind].action) {
        expect(mail.text).toContain(link);
        expect(mail.html).toContain(link.replace('&', '&amp;'));
      }
      expect(mail.html).toContain('Otter &amp; Söhne');
    }
  });

  it('evaluates nothing: what looks like a template stays what it is', () => {
    const facts = { ...base, kind: 'done' as const, language: 'en', message: '{controller} $' + '{1+1} {{7*7}} %{x}' };
    const { text } = renderMail('jane@x.example', facts);
    expect(text).toContain('{controller} $' + '{1+1} {{7*7}} %{x}');
  });

  it('has one line of subject, whatever the controller is called', () => {
    const facts = {
      ...base,
      controller: { name: 'A\r\nBcc: x@y.example', contact: 'c' },
      kind: 'confirm' as const,
      language: 'en',
    };
    expect(renderMail('jane@x.example', facts).subject).not.toMatch(/[\r\n]/);
    expect(renderMail('jane@x.example', facts).text).not.toContain('\nBcc:');
  });
});
