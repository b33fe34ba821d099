import type { Language } from './shape';

export const hu: Language = {
  draft: true,
  texts: {
    dir: 'ltr',
    accept_all: 'Összes elfogadása',
    reject_all: 'Összes elutasítása',
    choose: 'Választás',
    save: 'Választás mentése',
    close: 'Bezárás',
    preferences: 'Adatvédelmi beállítások',
    entry: 'Adatvédelmi beállítások',
    always_on: 'Mindig bekapcsolva',
    explicit: 'Érzékeny adatok: a bekapcsolással kifejezett hozzájárulásomat adom',
    controller: 'Adatkezelő',
    purposes: 'Célok',
    recipients: 'Címzettek',
    details: 'Részletek',
    session: 'a böngésző bezárásáig',
    privacy_notice: 'Adatvédelmi tájékoztató',
    change_any_time: 'Választását bármikor módosíthatja vagy visszavonhatja.',
    gpc_honoured: 'A leiratkozási kérést teljesítettük',
    blocked: 'A(z) {service} le van tiltva, amíg nem engedélyezi ezt: „{purpose}”.',
    load_once: 'Betöltés egyszer',
    always_allow: 'Engedélyezés mindig',
    saved: 'Választását elmentettük.',
  },
};
