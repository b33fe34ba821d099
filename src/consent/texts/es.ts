import type { Language } from './shape';

export const es: Language = {
  draft: true,
  texts: {
    dir: 'ltr',
    accept_all: 'Aceptar todo',
    reject_all: 'Rechazar todo',
    choose: 'Elegir',
    save: 'Guardar opciones',
    close: 'Cerrar',
    preferences: 'Opciones de privacidad',
    entry: 'Opciones de privacidad',
    always_on: 'Siempre activo',
    explicit: 'Datos sensibles: al activarlo doy mi consentimiento explícito',
    controller: 'Responsable',
    purposes: 'Finalidades',
    recipients: 'Destinatarios',
    details: 'Detalles',
    session: 'hasta cerrar el navegador',
    privacy_notice: 'Aviso de privacidad',
    change_any_time: 'Puede cambiar o retirar su elección en cualquier momento.',
    gpc_honoured: 'Solicitud de exclusión respetada',
    blocked: '{service} está bloqueado hasta que permita «{purpose}».',
    load_once: 'Cargar una vez',
    always_allow: 'Permitir siempre',
    saved: 'Sus opciones se han guardado.',
  },
};
