import type { Language } from './shape';

export const et: Language = {
  draft: true,
  texts: {
    dir: 'ltr',
    accept_all: 'Nõustu kõigiga',
    reject_all: 'Keeldu kõigist',
    choose: 'Vali',
    save: 'Salvesta valikud',
    close: 'Sulge',
    preferences: 'Privaatsusvalikud',
    entry: 'Privaatsusvalikud',
    always_on: 'Alati sees',
    explicit: 'Tundlikud andmed: sisse lülitades annan selgesõnalise nõusoleku',
    controller: 'Vastutav töötleja',
    purposes: 'Eesmärgid',
    recipients: 'Vastuvõtjad',
    details: 'Üksikasjad',
    session: 'kuni brauseri sulgemiseni',
    privacy_notice: 'Privaatsusteade',
    change_any_time: 'Saate oma valikut igal ajal muuta või tagasi võtta.',
    gpc_honoured: 'Loobumissoov on täidetud',
    blocked: '{service} on blokeeritud, kuni lubate „{purpose}“.',
    load_once: 'Laadi üks kord',
    always_allow: 'Luba alati',
    saved: 'Teie valikud on salvestatud.',
  },
};
