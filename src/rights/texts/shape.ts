import type { DelayGround, DenialGround } from '../crossmap';
import type { Right } from '../rules';

/** Why a mail about a request is sent. */
export const MAIL_KINDS = [
  'confirm',
  'package',
  'acted',
  'cooling_off',
  'erased',
  'done',
  'partial',
  'denied',
  'extended',
  'asked',
  'withdrawn',
] as const;
export type MailKind = (typeof MAIL_KINDS)[number];

/** One mail. `{right}`, `{controller}`, `{date}`, `{reason}`, `{message}` are replaced; nothing else is interpreted. */
export type MailText = { subject: string; paragraphs: readonly string[]; action?: string };

/** Everything that the asker is shown in one language. */
export type RightsTexts = {
  language: string;
  /** Machine-checked drafts are marked until somebody who speaks the language has read them. */
  draft: boolean;
  rights: Readonly<Record<Right, string>>;
  mails: Readonly<Record<MailKind, MailText>>;
  grounds: Readonly<Record<DenialGround, string>>;
  delays: Readonly<Record<DelayGround, string>>;
  /** Under every mail. */
  footer: string;
  code: string;
  page: {
    confirm: { title: string; text: string; button: string };
    package: { title: string; text: string; button: string };
    cancel: { title: string; text: string; button: string };
    confirmed: { title: string; text: string };
    cancelled: { title: string; text: string };
    over: { title: string; text: string };
  };
};
