import type { Language } from './shape';

export const pt: Language = {
  draft: true,
  texts: {
    dir: 'ltr',
    accept_all: 'Aceitar tudo',
    reject_all: 'Rejeitar tudo',
    choose: 'Escolher',
    save: 'Guardar escolhas',
    close: 'Fechar',
    preferences: 'Opções de privacidade',
    entry: 'Opções de privacidade',
    always_on: 'Sempre ativo',
    explicit: 'Dados sensíveis: ao ativar, dou o meu consentimento explícito',
    controller: 'Responsável pelo tratamento',
    purposes: 'Finalidades',
    recipients: 'Destinatários',
    details: 'Detalhes',
    session: 'até fechar o navegador',
    privacy_notice: 'Aviso de privacidade',
    change_any_time: 'Pode alterar ou retirar a sua escolha a qualquer momento.',
    gpc_honoured: 'Pedido de oposição respeitado',
    blocked: '{service} está bloqueado até permitir «{purpose}».',
    load_once: 'Carregar uma vez',
    always_allow: 'Permitir sempre',
    saved: 'As suas escolhas foram guardadas.',
  },
};
