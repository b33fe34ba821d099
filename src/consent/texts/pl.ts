import type { Language } from './shape';

export const pl: Language = {
  draft: true,
  texts: {
    dir: 'ltr',
    accept_all: 'Akceptuj wszystkie',
    reject_all: 'Odrzuć wszystkie',
    choose: 'Wybierz',
    save: 'Zapisz wybór',
    close: 'Zamknij',
    preferences: 'Ustawienia prywatności',
    entry: 'Ustawienia prywatności',
    always_on: 'Zawsze włączone',
    explicit: 'Dane wrażliwe: włączając, wyrażam wyraźną zgodę',
    controller: 'Administrator',
    purposes: 'Cele',
    recipients: 'Odbiorcy',
    details: 'Szczegóły',
    session: 'do zamknięcia przeglądarki',
    privacy_notice: 'Informacja o prywatności',
    change_any_time: 'Swój wybór można w każdej chwili zmienić lub wycofać.',
    gpc_honoured: 'Uwzględniono sygnał sprzeciwu',
    blocked: '{service} – zablokowane do czasu zezwolenia na „{purpose}”.',
    load_once: 'Wczytaj raz',
    always_allow: 'Zawsze zezwalaj',
    saved: 'Wybór został zapisany.',
  },
};
