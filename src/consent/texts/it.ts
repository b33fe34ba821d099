import type { Language } from './shape';

export const it: Language = {
  draft: true,
  texts: {
    dir: 'ltr',
    accept_all: 'Accetta tutto',
    reject_all: 'Rifiuta tutto',
    choose: 'Scegli',
    save: 'Salva le scelte',
    close: 'Chiudi',
    preferences: 'Scelte sulla privacy',
    entry: 'Scelte sulla privacy',
    always_on: 'Sempre attivo',
    explicit: 'Dati sensibili: attivando presto il consenso esplicito',
    controller: 'Titolare del trattamento',
    purposes: 'Finalità',
    recipients: 'Destinatari',
    details: 'Dettagli',
    session: 'fino alla chiusura del browser',
    privacy_notice: 'Informativa sulla privacy',
    change_any_time: 'Puoi modificare o revocare la tua scelta in qualsiasi momento.',
    gpc_honoured: 'Richiesta di opposizione rispettata',
    blocked: '{service} resta bloccato finché non consenti «{purpose}».',
    load_once: 'Carica una volta',
    always_allow: 'Consenti sempre',
    saved: 'Le tue scelte sono state salvate.',
  },
};
