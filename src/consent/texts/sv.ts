import type { Language } from './shape';

export const sv: Language = {
  draft: true,
  texts: {
    dir: 'ltr',
    accept_all: 'Godkänn alla',
    reject_all: 'Avvisa alla',
    choose: 'Välj',
    save: 'Spara val',
    close: 'Stäng',
    preferences: 'Integritetsval',
    entry: 'Integritetsval',
    always_on: 'Alltid på',
    explicit: 'Känsliga uppgifter: genom att slå på detta samtycker jag uttryckligen',
    controller: 'Personuppgiftsansvarig',
    purposes: 'Ändamål',
    recipients: 'Mottagare',
    details: 'Detaljer',
    session: 'tills webbläsaren stängs',
    privacy_notice: 'Integritetsmeddelande',
    change_any_time: 'Du kan när som helst ändra eller återkalla ditt val.',
    gpc_honoured: 'Begäran om att välja bort har respekterats',
    blocked: '{service} är blockerat tills du tillåter ”{purpose}”.',
    load_once: 'Ladda en gång',
    always_allow: 'Tillåt alltid',
    saved: 'Dina val har sparats.',
  },
};
