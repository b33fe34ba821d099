import type { Language } from './shape';

export const da: Language = {
  draft: true,
  texts: {
    dir: 'ltr',
    accept_all: 'Accepter alle',
    reject_all: 'Afvis alle',
    choose: 'Vælg',
    save: 'Gem valg',
    close: 'Luk',
    preferences: 'Privatlivsvalg',
    entry: 'Privatlivsvalg',
    always_on: 'Altid slået til',
    explicit: 'Følsomme oplysninger: når jeg slår dette til, giver jeg udtrykkeligt samtykke',
    controller: 'Dataansvarlig',
    purposes: 'Formål',
    recipients: 'Modtagere',
    details: 'Detaljer',
    session: 'indtil browseren lukkes',
    privacy_notice: 'Privatlivspolitik',
    change_any_time: 'Du kan til enhver tid ændre eller trække dit valg tilbage.',
    gpc_honoured: 'Anmodning om fravalg efterkommet',
    blocked: '{service} er blokeret, indtil du tillader “{purpose}”.',
    load_once: 'Indlæs én gang',
    always_allow: 'Tillad altid',
    saved: 'Dine valg er gemt.',
  },
};
