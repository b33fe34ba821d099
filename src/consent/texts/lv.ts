import type { Language } from './shape';

export const lv: Language = {
  draft: true,
  texts: {
    dir: 'ltr',
    accept_all: 'Pieņemt visu',
    reject_all: 'Noraidīt visu',
    choose: 'Izvēlēties',
    save: 'Saglabāt izvēli',
    close: 'Aizvērt',
    preferences: 'Privātuma izvēles',
    entry: 'Privātuma izvēles',
    always_on: 'Vienmēr ieslēgts',
    explicit: 'Sensitīvi dati: ieslēdzot es skaidri piekrītu',
    controller: 'Pārzinis',
    purposes: 'Nolūki',
    recipients: 'Saņēmēji',
    details: 'Sīkāka informācija',
    session: 'līdz pārlūka aizvēršanai',
    privacy_notice: 'Paziņojums par privātumu',
    change_any_time: 'Savu izvēli varat jebkurā laikā mainīt vai atsaukt.',
    gpc_honoured: 'Atteikšanās pieprasījums ievērots',
    blocked: '{service} ir bloķēts, līdz atļausiet “{purpose}”.',
    load_once: 'Ielādēt vienreiz',
    always_allow: 'Vienmēr atļaut',
    saved: 'Jūsu izvēle ir saglabāta.',
  },
};
