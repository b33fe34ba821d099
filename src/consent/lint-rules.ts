/** What the notice linter can find: codes, their sources in law, and the phrases that it looks for. */

export type LintCode =
  | 'refuse_missing'
  | 'refuse_hidden'
  | 'unequal_weight'
  | 'unequal_label'
  | 'later_without_refuse'
  | 'preticked'
  | 'closing_accepts'
  | 'wall'
  | 'countdown'
  | 'withdrawal_harder'
  | 'withdrawal_unsaid'
  | 'controller_unnamed'
  | 'controller_uncontactable'
  | 'no_purposes'
  | 'purpose_unnamed'
  | 'purpose_unexplained'
  | 'recipients_unnamed'
  | 'special_not_separate'
  | 'text_missing'
  | 'contrast_low'
  | 'colour_unreadable'
  | 'target_small'
  | 'wording_pressing'
  | 'wording_long'
  | 'wording_vague'
  | 'wording_implied';

/** Codes that only warn, and where each rule comes from. */
export const WARNINGS: ReadonlySet<LintCode> = new Set([
  'controller_uncontactable',
  'unequal_label',
  'target_small',
  'wording_long',
  'wording_vague',
]);

export const SOURCES: Readonly<Record<LintCode, string>> = {
  refuse_missing: 'EDPB cookie banner taskforce 2023; CNIL 2020-091',
  refuse_hidden: 'EDPB cookie banner taskforce 2023; CNIL 2020-091',
  unequal_weight: 'EDPB 03/2022; EDPB taskforce 2023, types D and E; 11 CCR 7004(a)(2)',
  unequal_label: 'EDPB 03/2022 (stirring)',
  later_without_refuse: 'EDPB 03/2022; 11 CCR 7004(a)',
  preticked: 'GDPR recital 32; CJEU C-673/17',
  closing_accepts: 'EDPB 05/2020 §86; Garante 10 June 2021',
  wall: 'GDPR Art. 7(4); EDPB 05/2020 §38–41',
  countdown: 'EDPB 03/2022; 11 CCR 7004(a)',
  withdrawal_harder: 'GDPR Art. 7(3)',
  withdrawal_unsaid: 'GDPR Art. 7(3), 13(2)(c)',
  controller_unnamed: 'GDPR Art. 13(1)(a); EDPB 05/2020 §64',
  controller_uncontactable: 'GDPR Art. 13(1)(a)–(b)',
  no_purposes: 'GDPR Art. 13(1)(c)',
  purpose_unnamed: 'GDPR Art. 13(1)(c); EDPB 05/2020 §64',
  purpose_unexplained: 'GDPR Art. 12(1), 13(1)(c)',
  recipients_unnamed: 'GDPR Art. 13(1)(e); CJEU C-154/21',
  special_not_separate: 'GDPR Art. 9(2)(a); EDPB 05/2020 §91–98',
  text_missing: 'GDPR Art. 12(1)',
  contrast_low: 'WCAG 2.2, 1.4.3 and 1.4.11',
  colour_unreadable: 'WCAG 2.2, 1.4.3',
  target_small: 'WCAG 2.2, 2.5.8',
  wording_pressing: 'EDPB 03/2022 (emotional steering)',
  wording_long: 'GDPR Art. 12(1): clear and plain language',
  wording_vague: 'WP260 §12: no “may”, “might”, “some”',
  wording_implied: 'EDPB 05/2020 §84–86',
};

/** Phrases by language. Lower case, apostrophes straight. */
export type Phrases = { pressing: readonly string[]; implied: readonly string[]; vague: readonly string[] };
export const PHRASES: Readonly<Record<string, Phrases>> = {
  en: {
    pressing: [
      'we value your privacy',
      'best experience',
      'best possible experience',
      'sadly',
      'miss out',
      'no thanks, i',
      'please help us',
      'support us by',
    ],
    implied: ['by continuing', 'by using this site', 'by using our', 'by browsing', 'by scrolling', 'you agree to'],
    vague: [
      'may use',
      'might',
      'such as improving',
      'and other purposes',
      'various purposes',
      'trusted partners',
      'selected partners',
    ],
  },
  de: {
    pressing: [
      'ihre privatsphäre ist uns wichtig',
      'beste erlebnis',
      'bestmögliche erlebnis',
      'leider',
      'unterstützen sie uns',
    ],
    implied: ['durch die weitere nutzung', 'mit der nutzung', 'wenn sie fortfahren', 'indem sie weiter'],
    vague: [
      'gegebenenfalls',
      'unter umständen',
      'und weitere zwecke',
      'verschiedene zwecke',
      'ausgewählte partner',
      'vertrauenswürdige partner',
    ],
  },
  fr: {
    pressing: ['votre vie privée nous importe', 'meilleure expérience', 'malheureusement', 'soutenez-nous'],
    implied: ['en poursuivant', 'en continuant', 'en naviguant', 'en utilisant ce site'],
    vague: [
      'le cas échéant',
      "et d'autres finalités",
      'diverses finalités',
      'partenaires de confiance',
      'partenaires sélectionnés',
    ],
  },
  sv: {
    pressing: ['vi värnar om din integritet', 'bästa möjliga upplevelse', 'bästa upplevelsen', 'tyvärr', 'stöd oss'],
    implied: ['genom att fortsätta', 'genom att använda', 'om du fortsätter'],
    vague: ['eventuellt', 'och andra ändamål', 'olika ändamål', 'utvalda partner', 'betrodda partner'],
  },
  vi: {
    pressing: ['trải nghiệm tốt nhất', 'đáng tiếc', 'hãy ủng hộ chúng tôi'],
    implied: ['bằng cách tiếp tục', 'khi tiếp tục sử dụng', 'bằng việc sử dụng'],
    vague: ['có thể sử dụng', 'các mục đích khác', 'nhiều mục đích', 'đối tác tin cậy', 'đối tác được chọn'],
  },
};
