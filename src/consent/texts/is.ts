import type { Language } from './shape';

export const is: Language = {
  draft: true,
  texts: {
    dir: 'ltr',
    accept_all: 'Samþykkja allt',
    reject_all: 'Hafna öllu',
    choose: 'Velja',
    save: 'Vista val',
    close: 'Loka',
    preferences: 'Persónuverndarval',
    entry: 'Persónuverndarval',
    always_on: 'Alltaf virkt',
    explicit: 'Viðkvæm gögn: með því að kveikja á þessu veiti ég skýrt samþykki',
    controller: 'Ábyrgðaraðili',
    purposes: 'Tilgangur',
    recipients: 'Viðtakendur',
    details: 'Nánar',
    session: 'þar til vafranum er lokað',
    privacy_notice: 'Persónuverndaryfirlýsing',
    change_any_time: 'Þú getur breytt vali þínu eða afturkallað það hvenær sem er.',
    gpc_honoured: 'Beiðni um höfnun virt',
    blocked: '{service} er lokað þar til þú leyfir „{purpose}“.',
    load_once: 'Hlaða einu sinni',
    always_allow: 'Leyfa alltaf',
    saved: 'Val þitt hefur verið vistað.',
  },
};
