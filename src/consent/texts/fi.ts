import type { Language } from './shape';

export const fi: Language = {
  draft: true,
  texts: {
    dir: 'ltr',
    accept_all: 'Hyväksy kaikki',
    reject_all: 'Hylkää kaikki',
    choose: 'Valitse',
    save: 'Tallenna valinnat',
    close: 'Sulje',
    preferences: 'Tietosuojavalinnat',
    entry: 'Tietosuojavalinnat',
    always_on: 'Aina käytössä',
    explicit: 'Arkaluonteiset tiedot: ottamalla tämän käyttöön annan nimenomaisen suostumuksen',
    controller: 'Rekisterinpitäjä',
    purposes: 'Käyttötarkoitukset',
    recipients: 'Vastaanottajat',
    details: 'Tiedot',
    session: 'kunnes selain suljetaan',
    privacy_notice: 'Tietosuojaseloste',
    change_any_time: 'Voit muuttaa valintaasi tai peruuttaa sen milloin tahansa.',
    gpc_honoured: 'Kieltäytymispyyntöä noudatettu',
    blocked: '{service} on estetty, kunnes sallit käyttötarkoituksen ”{purpose}”.',
    load_once: 'Lataa kerran',
    always_allow: 'Salli aina',
    saved: 'Valintasi on tallennettu.',
  },
};
