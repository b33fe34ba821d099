import type { RightsTexts } from './shape';

export const de: RightsTexts = {
  language: 'de',
  draft: true,
  rights: {
    access: 'eine Kopie Ihrer Daten',
    erasure: 'Löschung Ihrer Daten',
    rectification: 'Berichtigung Ihrer Daten',
    portability: 'Ihre Daten in übertragbarer Form',
    restriction: 'Einschränkung der Nutzung Ihrer Daten',
    objection: 'Widerspruch gegen die Nutzung Ihrer Daten',
    withdrawal: 'Widerruf Ihrer Einwilligung',
    opt_out: 'Widerspruch gegen Verkauf und Weitergabe Ihrer Daten',
    limit_sensitive: 'Begrenzung der Nutzung Ihrer sensiblen Daten',
    automated_decision: 'Überprüfung einer automatisierten Entscheidung',
    appeal: 'Einspruch',
    complaint: 'Beschwerde',
  },
  mails: {
    confirm: {
      subject: 'Bitte bestätigen Sie Ihren Antrag',
      paragraphs: [
        '{controller} hat einen Antrag in Ihrem Namen erhalten: {right}.',
        'Bitte bestätigen Sie, dass er von Ihnen kommt. Bis dahin geschieht nichts; kommt er nicht von Ihnen, müssen Sie nichts tun.',
        'Der Link gilt bis {date}.',
      ],
      action: 'Antrag bestätigen',
    },
    package: {
      subject: 'Ihre Daten liegen bereit',
      paragraphs: [
        'Sie haben {controller} um Folgendes gebeten: {right}. Es liegt bereit.',
        'Zu Ihrem Schutz hängt nichts an dieser Mail: Holen Sie es über den Link ab. Er gilt einmal, bis {date}.',
      ],
      action: 'Meine Daten abholen',
    },
    acted: {
      subject: 'Ihr Antrag wurde ausgeführt',
      paragraphs: [
        '{controller} hat einen Antrag für Sie erhalten: {right}. Er wirkt ab sofort.',
        'Kommt er nicht von Ihnen, können Sie jederzeit neu einwilligen.',
      ],
    },
    cooling_off: {
      subject: 'Ihre Daten werden gelöscht',
      paragraphs: [
        '{controller} löscht Ihre Daten ab {date}, wie Sie es verlangt haben.',
        'Haben Sie es sich anders überlegt, oder kommt der Antrag nicht von Ihnen, können Sie ihn bis dahin zurücknehmen.',
      ],
      action: 'Löschung zurücknehmen',
    },
    erased: {
      subject: 'Ihre Daten wurden gelöscht',
      paragraphs: [
        '{controller} hat Ihre Daten gelöscht, wie Sie es verlangt haben. Dies ist die letzte Mail dazu an diese Adresse.',
        'Was wir nach dem Gesetz behalten müssen, und wie lange, steht in der folgenden Bescheinigung.',
        '{message}',
      ],
    },
    done: {
      subject: 'Ihr Antrag wurde erfüllt',
      paragraphs: ['Ihr Antrag an {controller} wurde erfüllt: {right}.', '{message}'],
    },
    partial: {
      subject: 'Ihr Antrag wurde teilweise erfüllt',
      paragraphs: [
        'Ihr Antrag an {controller} wurde teilweise erfüllt: {right}.',
        'Was nicht möglich war: {reason}',
        '{message}',
        'Sie können sich bei einer Datenschutzbehörde beschweren oder vor Gericht gehen.',
      ],
    },
    denied: {
      subject: 'Ihrem Antrag wurde nicht stattgegeben',
      paragraphs: [
        '{controller} gibt Ihrem Antrag nicht statt: {right}.',
        'Der Grund: {reason}',
        '{message}',
        'Sie können sich bei einer Datenschutzbehörde beschweren oder vor Gericht gehen.',
      ],
    },
    extended: {
      subject: 'Wir brauchen mehr Zeit für Ihren Antrag',
      paragraphs: [
        '{controller} braucht mehr Zeit für Ihren Antrag: {right}.',
        'Der Grund: {reason}',
        'Sie erhalten die Antwort spätestens am {date}.',
      ],
    },
    asked: {
      subject: 'Wir brauchen etwas von Ihnen',
      paragraphs: ['{controller} braucht etwas von Ihnen für Ihren Antrag: {right}.', '{message}'],
    },
    withdrawn: {
      subject: 'Ihr Antrag wurde zurückgenommen',
      paragraphs: ['Ihr Antrag an {controller} wurde zurückgenommen: {right}. Es wurde nichts geändert.'],
    },
  },
  grounds: {
    identity_not_proved: 'wir konnten nicht feststellen, dass der Antrag von Ihnen kommt',
    manifestly_unfounded: 'der Antrag ist offenkundig unbegründet',
    manifestly_excessive: 'der Antrag ist exzessiv',
    malicious: 'der Antrag ist nicht in gutem Glauben gestellt',
    legal_obligation: 'das Gesetz verpflichtet uns, die Daten aufzubewahren',
    legal_claims: 'die Daten werden für Rechtsansprüche gebraucht',
    freedom_of_expression: 'die Freiheit der Meinungsäußerung und Information steht entgegen',
    public_health: 'die öffentliche Gesundheit steht entgegen',
    archiving: 'Archivierung oder Forschung im öffentlichen Interesse steht entgegen',
    rights_of_others: 'Rechte anderer würden verletzt',
    overriding_interests: 'zwingende schutzwürdige Gründe überwiegen Ihre Interessen',
    right_not_given: 'das geltende Recht kennt dieses Recht nicht',
    outside_jurisdiction: 'das Gesetz ist nicht anwendbar',
    not_held: 'wir haben keine Daten über Sie',
    other: 'siehe unten',
  },
  delays: {
    complexity: 'der Antrag ist komplex',
    high_volume: 'derzeit liegen viele Anträge vor',
    identity_required: 'wir müssen sichergehen, dass der Antrag von Ihnen kommt',
    information_required: 'wir brauchen Angaben von Ihnen',
  },
  footer: 'Diese Mail wurde wegen eines Antrags zu Ihren Daten gesendet. Kontakt: {contact}',
  code: 'Oder geben Sie diesen Code ein: {code}',
  page: {
    confirm: {
      title: 'Antrag bestätigen',
      text: 'Bitte bestätigen Sie, dass Sie diesen Antrag gestellt haben: {right}.',
      button: 'Bestätigen',
    },
    package: {
      title: 'Ihre Daten',
      text: 'Die Datei kann einmal abgeholt werden. Bewahren Sie sie sicher auf.',
      button: 'Meine Daten abholen',
    },
    cancel: {
      title: 'Antrag zurücknehmen',
      text: 'Der Antrag wird zurückgenommen, und es wird nichts geändert.',
      button: 'Zurücknehmen',
    },
    confirmed: { title: 'Danke', text: 'Ihr Antrag ist bestätigt. Sie hören per Mail von uns.' },
    cancelled: { title: 'Zurückgenommen', text: 'Ihr Antrag wurde zurückgenommen. Es wurde nichts geändert.' },
    over: {
      title: 'Dieser Link gilt nicht mehr',
      text: 'Er wurde benutzt, oder seine Zeit ist um. Sie können einen neuen Antrag stellen.',
    },
  },
};
