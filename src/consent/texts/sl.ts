import type { Language } from './shape';

export const sl: Language = {
  draft: true,
  texts: {
    dir: 'ltr',
    accept_all: 'Sprejmi vse',
    reject_all: 'Zavrni vse',
    choose: 'Izberi',
    save: 'Shrani izbiro',
    close: 'Zapri',
    preferences: 'Nastavitve zasebnosti',
    entry: 'Nastavitve zasebnosti',
    always_on: 'Vedno vklopljeno',
    explicit: 'Občutljivi podatki: z vklopom dajem izrecno privolitev',
    controller: 'Upravljavec',
    purposes: 'Nameni',
    recipients: 'Prejemniki',
    details: 'Podrobnosti',
    session: 'do zaprtja brskalnika',
    privacy_notice: 'Obvestilo o zasebnosti',
    change_any_time: 'Svojo izbiro lahko kadar koli spremenite ali prekličete.',
    gpc_honoured: 'Zahteva za zavrnitev je upoštevana',
    blocked: '{service} je blokirano, dokler ne dovolite »{purpose}«.',
    load_once: 'Naloži enkrat',
    always_allow: 'Vedno dovoli',
    saved: 'Vaša izbira je shranjena.',
  },
};
