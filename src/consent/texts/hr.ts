import type { Language } from './shape';

export const hr: Language = {
  draft: true,
  texts: {
    dir: 'ltr',
    accept_all: 'Prihvati sve',
    reject_all: 'Odbij sve',
    choose: 'Odaberi',
    save: 'Spremi odabir',
    close: 'Zatvori',
    preferences: 'Postavke privatnosti',
    entry: 'Postavke privatnosti',
    always_on: 'Uvijek uključeno',
    explicit: 'Osjetljivi podaci: uključivanjem dajem izričitu privolu',
    controller: 'Voditelj obrade',
    purposes: 'Svrhe',
    recipients: 'Primatelji',
    details: 'Pojedinosti',
    session: 'do zatvaranja preglednika',
    privacy_notice: 'Obavijest o privatnosti',
    change_any_time: 'Svoj odabir možete promijeniti ili povući u bilo kojem trenutku.',
    gpc_honoured: 'Zahtjev za isključenje je poštovan',
    blocked: '{service} je blokirano dok ne dopustite „{purpose}”.',
    load_once: 'Učitaj jednom',
    always_allow: 'Uvijek dopusti',
    saved: 'Vaš je odabir spremljen.',
  },
};
