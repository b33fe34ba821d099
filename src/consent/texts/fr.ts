import type { Language } from './shape';

export const fr: Language = {
  draft: true,
  texts: {
    dir: 'ltr',
    accept_all: 'Tout accepter',
    reject_all: 'Tout refuser',
    choose: 'Choisir',
    save: 'Enregistrer mes choix',
    close: 'Fermer',
    preferences: 'Choix de confidentialité',
    entry: 'Choix de confidentialité',
    always_on: 'Toujours actif',
    explicit: 'Données sensibles : en activant, je donne mon consentement explicite',
    controller: 'Responsable du traitement',
    purposes: 'Finalités',
    recipients: 'Destinataires',
    details: 'Détails',
    session: 'jusqu’à la fermeture du navigateur',
    privacy_notice: 'Politique de confidentialité',
    change_any_time: 'Vous pouvez modifier ou retirer votre choix à tout moment.',
    gpc_honoured: 'Demande d’opposition prise en compte',
    blocked: '{service} reste bloqué tant que vous n’autorisez pas « {purpose} ».',
    load_once: 'Charger une fois',
    always_allow: 'Toujours autoriser',
    saved: 'Vos choix sont enregistrés.',
  },
};
