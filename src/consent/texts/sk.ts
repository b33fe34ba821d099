import type { Language } from './shape';

export const sk: Language = {
  draft: true,
  texts: {
    dir: 'ltr',
    accept_all: 'Prijať všetko',
    reject_all: 'Odmietnuť všetko',
    choose: 'Vybrať',
    save: 'Uložiť voľby',
    close: 'Zavrieť',
    preferences: 'Nastavenia súkromia',
    entry: 'Nastavenia súkromia',
    always_on: 'Vždy zapnuté',
    explicit: 'Citlivé údaje: zapnutím dávam výslovný súhlas',
    controller: 'Prevádzkovateľ',
    purposes: 'Účely',
    recipients: 'Príjemcovia',
    details: 'Podrobnosti',
    session: 'do zatvorenia prehliadača',
    privacy_notice: 'Informácie o ochrane údajov',
    change_any_time: 'Svoju voľbu môžete kedykoľvek zmeniť alebo odvolať.',
    gpc_honoured: 'Žiadosť o odhlásenie bola rešpektovaná',
    blocked: '{service} je blokované, kým nepovolíte „{purpose}“.',
    load_once: 'Načítať raz',
    always_allow: 'Vždy povoliť',
    saved: 'Vaše voľby sú uložené.',
  },
};
