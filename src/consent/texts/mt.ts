import type { Language } from './shape';

export const mt: Language = {
  draft: true,
  texts: {
    dir: 'ltr',
    accept_all: 'Aċċetta kollox',
    reject_all: 'Irrifjuta kollox',
    choose: 'Agħżel',
    save: 'Issejvja l-għażliet',
    close: 'Agħlaq',
    preferences: 'Għażliet tal-privatezza',
    entry: 'Għażliet tal-privatezza',
    always_on: 'Dejjem mixgħul',
    explicit: 'Data sensittiva: meta nixgħel dan nagħti l-kunsens espliċitu tiegħi',
    controller: 'Kontrollur',
    purposes: 'Għanijiet',
    recipients: 'Riċevituri',
    details: 'Dettalji',
    session: 'sakemm jingħalaq il-browser',
    privacy_notice: 'Avviż dwar il-privatezza',
    change_any_time: 'Tista’ tibdel jew tirtira l-għażla tiegħek f’kull ħin.',
    gpc_honoured: 'It-talba biex toħroġ ġiet rispettata',
    blocked: '{service} jibqa’ mblukkat sakemm tippermetti “{purpose}”.',
    load_once: 'Għabbi darba',
    always_allow: 'Dejjem ippermetti',
    saved: 'L-għażliet tiegħek ġew issejvjati.',
  },
};
