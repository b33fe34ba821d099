import type { RightsTexts } from './shape';

export const fr: RightsTexts = {
  language: 'fr',
  draft: true,
  rights: {
    access: 'une copie de vos données',
    erasure: 'l’effacement de vos données',
    rectification: 'la rectification de vos données',
    portability: 'vos données sous une forme transférable',
    restriction: 'la limitation de l’utilisation de vos données',
    objection: 'l’opposition à l’utilisation de vos données',
    withdrawal: 'le retrait de votre consentement',
    opt_out: 'le refus de la vente et du partage de vos données',
    limit_sensitive: 'la limitation de l’utilisation de vos données sensibles',
    automated_decision: 'le réexamen d’une décision automatisée',
    appeal: 'un recours',
    complaint: 'une réclamation',
  },
  mails: {
    confirm: {
      subject: 'Veuillez confirmer votre demande',
      paragraphs: [
        '{controller} a reçu une demande en votre nom : {right}.',
        'Veuillez confirmer qu’elle vient de vous. D’ici là, rien ne se passe ; si elle ne vient pas de vous, vous n’avez rien à faire.',
        'Le lien est valable jusqu’au {date}.',
      ],
      action: 'Confirmer la demande',
    },
    package: {
      subject: 'Vos données sont prêtes',
      paragraphs: [
        'Vous avez demandé à {controller} : {right}. C’est prêt.',
        'Pour votre protection, rien n’est joint : récupérez le fichier par le lien ci-dessous. Il fonctionne une seule fois, jusqu’au {date}.',
      ],
      action: 'Récupérer mes données',
    },
    acted: {
      subject: 'Votre demande a été exécutée',
      paragraphs: [
        '{controller} a reçu une demande pour vous : {right}. Elle a pris effet immédiatement.',
        'Si elle ne vient pas de vous, vous pouvez redonner votre consentement à tout moment.',
      ],
    },
    cooling_off: {
      subject: 'Vos données vont être effacées',
      paragraphs: [
        '{controller} effacera vos données à partir du {date}, comme vous l’avez demandé.',
        'Si vous avez changé d’avis, ou si la demande ne vient pas de vous, vous pouvez l’annuler d’ici là.',
      ],
      action: 'Annuler l’effacement',
    },
    erased: {
      subject: 'Vos données ont été effacées',
      paragraphs: [
        '{controller} a effacé vos données, comme vous l’avez demandé. C’est le dernier message à ce sujet envoyé à cette adresse.',
        'Ce que la loi nous oblige à conserver, et pour combien de temps, figure dans l’attestation ci-dessous.',
        '{message}',
      ],
    },
    done: {
      subject: 'Votre demande a été satisfaite',
      paragraphs: ['Votre demande à {controller} a été satisfaite : {right}.', '{message}'],
    },
    partial: {
      subject: 'Votre demande a été satisfaite en partie',
      paragraphs: [
        'Votre demande à {controller} a été satisfaite en partie : {right}.',
        'Ce qui n’a pas pu être fait : {reason}',
        '{message}',
        'Vous pouvez saisir une autorité de protection des données ou un tribunal.',
      ],
    },
    denied: {
      subject: 'Votre demande n’a pas été acceptée',
      paragraphs: [
        '{controller} n’accepte pas votre demande : {right}.',
        'Le motif : {reason}',
        '{message}',
        'Vous pouvez saisir une autorité de protection des données ou un tribunal.',
      ],
    },
    extended: {
      subject: 'Il nous faut plus de temps pour votre demande',
      paragraphs: [
        '{controller} a besoin de plus de temps pour votre demande : {right}.',
        'Le motif : {reason}',
        'Vous aurez la réponse au plus tard le {date}.',
      ],
    },
    asked: {
      subject: 'Nous avons besoin de quelque chose de votre part',
      paragraphs: ['{controller} a besoin de quelque chose de votre part pour votre demande : {right}.', '{message}'],
    },
    withdrawn: {
      subject: 'Votre demande a été annulée',
      paragraphs: ['Votre demande à {controller} a été annulée : {right}. Rien n’a été modifié.'],
    },
  },
  grounds: {
    identity_not_proved: 'nous n’avons pas pu établir que la demande vient de vous',
    manifestly_unfounded: 'la demande est manifestement infondée',
    manifestly_excessive: 'la demande est excessive',
    malicious: 'la demande n’est pas faite de bonne foi',
    legal_obligation: 'la loi nous oblige à conserver les données',
    legal_claims: 'les données sont nécessaires à la défense de droits en justice',
    freedom_of_expression: 'la liberté d’expression et d’information s’y oppose',
    public_health: 'la santé publique s’y oppose',
    archiving: 'l’archivage ou la recherche dans l’intérêt public s’y oppose',
    rights_of_others: 'cela porterait atteinte aux droits d’autrui',
    overriding_interests: 'des motifs légitimes et impérieux prévalent sur vos intérêts',
    right_not_given: 'le droit applicable ne prévoit pas ce droit',
    outside_jurisdiction: 'la loi ne s’applique pas',
    not_held: 'nous ne détenons aucune donnée vous concernant',
    other: 'voir ci-dessous',
  },
  delays: {
    complexity: 'la demande est complexe',
    high_volume: 'les demandes sont nombreuses en ce moment',
    identity_required: 'nous devons nous assurer que la demande vient de vous',
    information_required: 'nous avons besoin d’informations de votre part',
  },
  footer: 'Ce message a été envoyé à la suite d’une demande concernant vos données. Contact : {contact}',
  code: 'Ou saisissez ce code : {code}',
  page: {
    confirm: {
      title: 'Confirmer votre demande',
      text: 'Veuillez confirmer que vous avez fait cette demande : {right}.',
      button: 'Confirmer',
    },
    package: {
      title: 'Vos données',
      text: 'Le fichier peut être récupéré une seule fois. Conservez-le en lieu sûr.',
      button: 'Récupérer mes données',
    },
    cancel: {
      title: 'Annuler votre demande',
      text: 'La demande est annulée et rien n’est modifié.',
      button: 'L’annuler',
    },
    confirmed: { title: 'Merci', text: 'Votre demande est confirmée. Nous vous écrirons.' },
    cancelled: { title: 'Annulée', text: 'Votre demande a été annulée. Rien n’a été modifié.' },
    over: {
      title: 'Ce lien n’est plus valable',
      text: 'Il a été utilisé, ou son délai est écoulé. Vous pouvez faire une nouvelle demande.',
    },
  },
};
