import type { Language } from './shape';

export const nl: Language = {
  draft: true,
  texts: {
    dir: 'ltr',
    accept_all: 'Alles accepteren',
    reject_all: 'Alles weigeren',
    choose: 'Kiezen',
    save: 'Keuze opslaan',
    close: 'Sluiten',
    preferences: 'Privacykeuzes',
    entry: 'Privacykeuzes',
    always_on: 'Altijd aan',
    explicit: 'Gevoelige gegevens: door dit aan te zetten geef ik uitdrukkelijk toestemming',
    controller: 'Verwerkingsverantwoordelijke',
    purposes: 'Doelen',
    recipients: 'Ontvangers',
    details: 'Details',
    session: 'tot de browser wordt gesloten',
    privacy_notice: 'Privacyverklaring',
    change_any_time: 'U kunt uw keuze op elk moment wijzigen of intrekken.',
    gpc_honoured: 'Verzoek tot bezwaar gehonoreerd',
    blocked: '{service} blijft geblokkeerd totdat u ‘{purpose}’ toestaat.',
    load_once: 'Eén keer laden',
    always_allow: 'Altijd toestaan',
    saved: 'Uw keuze is opgeslagen.',
  },
};
