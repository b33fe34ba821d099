import type { Language } from './shape';

export const ptBR: Language = {
  draft: true,
  texts: {
    dir: 'ltr',
    accept_all: 'Aceitar tudo',
    reject_all: 'Rejeitar tudo',
    choose: 'Escolher',
    save: 'Salvar escolhas',
    close: 'Fechar',
    preferences: 'Opções de privacidade',
    entry: 'Opções de privacidade',
    always_on: 'Sempre ativo',
    explicit: 'Dados sensíveis: ao ativar, dou meu consentimento explícito',
    controller: 'Controlador',
    purposes: 'Finalidades',
    recipients: 'Destinatários',
    details: 'Detalhes',
    session: 'até fechar o navegador',
    privacy_notice: 'Aviso de privacidade',
    change_any_time: 'Você pode alterar ou revogar sua escolha a qualquer momento.',
    gpc_honoured: 'Solicitação de recusa atendida',
    blocked: '{service} fica bloqueado até você permitir “{purpose}”.',
    load_once: 'Carregar uma vez',
    always_allow: 'Sempre permitir',
    saved: 'Suas escolhas foram salvas.',
  },
};
