import type { Language } from './shape';

export const cs: Language = {
  draft: true,
  texts: {
    dir: 'ltr',
    accept_all: 'Přijmout vše',
    reject_all: 'Odmítnout vše',
    choose: 'Vybrat',
    save: 'Uložit volby',
    close: 'Zavřít',
    preferences: 'Nastavení soukromí',
    entry: 'Nastavení soukromí',
    always_on: 'Vždy zapnuto',
    explicit: 'Citlivé údaje: zapnutím dávám výslovný souhlas',
    controller: 'Správce',
    purposes: 'Účely',
    recipients: 'Příjemci',
    details: 'Podrobnosti',
    session: 'do zavření prohlížeče',
    privacy_notice: 'Informace o ochraně údajů',
    change_any_time: 'Svou volbu můžete kdykoli změnit nebo odvolat.',
    gpc_honoured: 'Žádost o odhlášení byla respektována',
    blocked: '{service} je blokováno, dokud nepovolíte „{purpose}“.',
    load_once: 'Načíst jednou',
    always_allow: 'Vždy povolit',
    saved: 'Vaše volby jsou uloženy.',
  },
};
