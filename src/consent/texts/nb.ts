import type { Language } from './shape';

export const nb: Language = {
  draft: true,
  texts: {
    dir: 'ltr',
    accept_all: 'Godta alle',
    reject_all: 'Avvis alle',
    choose: 'Velg',
    save: 'Lagre valg',
    close: 'Lukk',
    preferences: 'Personvernvalg',
    entry: 'Personvernvalg',
    always_on: 'Alltid på',
    explicit: 'Sensitive opplysninger: ved å slå dette på samtykker jeg uttrykkelig',
    controller: 'Behandlingsansvarlig',
    purposes: 'Formål',
    recipients: 'Mottakere',
    details: 'Detaljer',
    session: 'til nettleseren lukkes',
    privacy_notice: 'Personvernerklæring',
    change_any_time: 'Du kan når som helst endre eller trekke tilbake valget ditt.',
    gpc_honoured: 'Reservasjonen er etterkommet',
    blocked: '{service} er blokkert til du tillater «{purpose}».',
    load_once: 'Last inn én gang',
    always_allow: 'Tillat alltid',
    saved: 'Valgene dine er lagret.',
  },
};
