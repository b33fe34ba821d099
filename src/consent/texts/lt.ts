import type { Language } from './shape';

export const lt: Language = {
  draft: true,
  texts: {
    dir: 'ltr',
    accept_all: 'Priimti visus',
    reject_all: 'Atmesti visus',
    choose: 'Pasirinkti',
    save: 'Išsaugoti pasirinkimus',
    close: 'Uždaryti',
    preferences: 'Privatumo pasirinkimai',
    entry: 'Privatumo pasirinkimai',
    always_on: 'Visada įjungta',
    explicit: 'Neskelbtini duomenys: įjungdamas (-a) duodu aiškų sutikimą',
    controller: 'Duomenų valdytojas',
    purposes: 'Tikslai',
    recipients: 'Gavėjai',
    details: 'Išsamiau',
    session: 'kol uždaroma naršyklė',
    privacy_notice: 'Privatumo pranešimas',
    change_any_time: 'Savo pasirinkimą galite bet kada pakeisti arba atšaukti.',
    gpc_honoured: 'Atsisakymo prašymas įvykdytas',
    blocked: '{service} blokuojama, kol neleisite „{purpose}“.',
    load_once: 'Įkelti vieną kartą',
    always_allow: 'Visada leisti',
    saved: 'Jūsų pasirinkimai išsaugoti.',
  },
};
