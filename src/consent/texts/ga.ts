import type { Language } from './shape';

export const ga: Language = {
  draft: true,
  texts: {
    dir: 'ltr',
    accept_all: 'Glac le gach rud',
    reject_all: 'Diúltaigh do gach rud',
    choose: 'Roghnaigh',
    save: 'Sábháil na roghanna',
    close: 'Dún',
    preferences: 'Roghanna príobháideachta',
    entry: 'Roghanna príobháideachta',
    always_on: 'Ar siúl i gcónaí',
    explicit: 'Sonraí íogaire: trí é seo a chur ar siúl, tugaim toiliú sainráite',
    controller: 'Rialaitheoir',
    purposes: 'Críocha',
    recipients: 'Faighteoirí',
    details: 'Sonraí',
    session: 'go dtí go ndúnfar an brabhsálaí',
    privacy_notice: 'Fógra príobháideachta',
    change_any_time: 'Is féidir leat do rogha a athrú nó a tharraingt siar am ar bith.',
    gpc_honoured: 'Glacadh leis an iarratas diúltaithe',
    blocked: 'Tá {service} bactha go dtí go gceadaíonn tú “{purpose}”.',
    load_once: 'Lódáil uair amháin',
    always_allow: 'Ceadaigh i gcónaí',
    saved: 'Tá do roghanna sábháilte.',
  },
};
