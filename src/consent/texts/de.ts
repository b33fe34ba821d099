import type { Language } from './shape';

export const de: Language = {
  draft: true,
  texts: {
    dir: 'ltr',
    accept_all: 'Alle akzeptieren',
    reject_all: 'Alle ablehnen',
    choose: 'Auswählen',
    save: 'Auswahl speichern',
    close: 'Schließen',
    preferences: 'Datenschutz-Einstellungen',
    entry: 'Datenschutz-Einstellungen',
    always_on: 'Immer aktiv',
    explicit: 'Sensible Daten: Mit dem Einschalten willige ich ausdrücklich ein',
    controller: 'Verantwortlicher',
    purposes: 'Zwecke',
    recipients: 'Empfänger',
    details: 'Details',
    session: 'bis der Browser geschlossen wird',
    privacy_notice: 'Datenschutzerklärung',
    change_any_time: 'Sie können Ihre Auswahl jederzeit ändern oder widerrufen.',
    gpc_honoured: 'Widerspruchssignal berücksichtigt',
    blocked: '{service} bleibt blockiert, bis Sie „{purpose}“ erlauben.',
    load_once: 'Einmal laden',
    always_allow: 'Immer erlauben',
    saved: 'Ihre Auswahl ist gespeichert.',
  },
};
