import type { Language } from './shape';

export const ro: Language = {
  draft: true,
  texts: {
    dir: 'ltr',
    accept_all: 'Acceptă tot',
    reject_all: 'Refuză tot',
    choose: 'Alege',
    save: 'Salvează opțiunile',
    close: 'Închide',
    preferences: 'Opțiuni de confidențialitate',
    entry: 'Opțiuni de confidențialitate',
    always_on: 'Mereu activ',
    explicit: 'Date sensibile: prin activare îmi dau consimțământul explicit',
    controller: 'Operator',
    purposes: 'Scopuri',
    recipients: 'Destinatari',
    details: 'Detalii',
    session: 'până la închiderea browserului',
    privacy_notice: 'Notă de confidențialitate',
    change_any_time: 'Puteți modifica sau retrage opțiunea în orice moment.',
    gpc_honoured: 'Cererea de renunțare a fost respectată',
    blocked: '{service} rămâne blocat până când permiteți „{purpose}”.',
    load_once: 'Încarcă o dată',
    always_allow: 'Permite mereu',
    saved: 'Opțiunile dumneavoastră au fost salvate.',
  },
};
