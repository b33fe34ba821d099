import type { RightsTexts } from './shape';

export const en: RightsTexts = {
  language: 'en',
  draft: false,
  rights: {
    access: 'a copy of your data',
    erasure: 'erasure of your data',
    rectification: 'correction of your data',
    portability: 'your data in a portable form',
    restriction: 'restriction of the use of your data',
    objection: 'objection to the use of your data',
    withdrawal: 'withdrawal of your consent',
    opt_out: 'opt-out of the sale and sharing of your data',
    limit_sensitive: 'limiting the use of your sensitive data',
    automated_decision: 'review of an automated decision',
    appeal: 'appeal',
    complaint: 'complaint',
  },
  mails: {
    confirm: {
      subject: 'Please confirm your request',
      paragraphs: [
        '{controller} has received a request in your name: {right}.',
        'Please confirm that it comes from you. Until then nothing happens, and if it does not come from you, you need not do anything.',
        'The link is valid until {date}.',
      ],
      action: 'Confirm the request',
    },
    package: {
      subject: 'Your data is ready',
      paragraphs: [
        'You asked {controller} for {right}. It is ready.',
        'For your protection it is not attached: fetch it with the link below. The link works once, until {date}.',
      ],
      action: 'Fetch my data',
    },
    acted: {
      subject: 'Your request was carried out',
      paragraphs: [
        '{controller} has received a request for you: {right}. It has taken effect at once.',
        'If it does not come from you, you can give your consent anew at any time.',
      ],
    },
    cooling_off: {
      subject: 'Your data will be erased',
      paragraphs: [
        '{controller} will erase your data from {date} on, as you asked.',
        'If you have changed your mind, or if the request does not come from you, you can cancel it until then.',
      ],
      action: 'Cancel the erasure',
    },
    erased: {
      subject: 'Your data was erased',
      paragraphs: [
        '{controller} has erased your data, as you asked. This is the last mail to this address about it.',
        'What the law makes us keep, and for how long, is listed in the certificate below.',
        '{message}',
      ],
    },
    done: {
      subject: 'Your request was fulfilled',
      paragraphs: ['Your request to {controller} was fulfilled: {right}.', '{message}'],
    },
    partial: {
      subject: 'Your request was fulfilled in part',
      paragraphs: [
        'Your request to {controller} was fulfilled in part: {right}.',
        'What could not be done: {reason}',
        '{message}',
        'You may complain to a data protection authority or go to court.',
      ],
    },
    denied: {
      subject: 'Your request was not granted',
      paragraphs: [
        '{controller} does not grant your request: {right}.',
        'The reason: {reason}',
        '{message}',
        'You may complain to a data protection authority or go to court.',
      ],
    },
    extended: {
      subject: 'We need more time for your request',
      paragraphs: [
        '{controller} needs more time for your request: {right}.',
        'The reason: {reason}',
        'You will have the answer by {date} at the latest.',
      ],
    },
    asked: {
      subject: 'We need something from you',
      paragraphs: ['{controller} needs something from you for your request: {right}.', '{message}'],
    },
    withdrawn: {
      subject: 'Your request was cancelled',
      paragraphs: ['Your request to {controller} was cancelled: {right}. Nothing has been changed.'],
    },
  },
  grounds: {
    identity_not_proved: 'we could not establish that the request comes from you',
    manifestly_unfounded: 'the request is manifestly unfounded',
    manifestly_excessive: 'the request is manifestly excessive',
    malicious: 'the request is not made in good faith',
    legal_obligation: 'the law obliges us to keep the data',
    legal_claims: 'the data is needed for legal claims',
    freedom_of_expression: 'freedom of expression and information stands against it',
    public_health: 'public health stands against it',
    archiving: 'archiving or research in the public interest stands against it',
    rights_of_others: 'it would harm the rights of others',
    overriding_interests: 'compelling legitimate grounds override your interests',
    right_not_given: 'the law that applies gives no such right',
    outside_jurisdiction: 'the law does not apply',
    not_held: 'we hold no data about you',
    other: 'see below',
  },
  delays: {
    complexity: 'the request is complex',
    high_volume: 'there are many requests at the moment',
    identity_required: 'we have to make sure that the request comes from you',
    information_required: 'we need information from you',
  },
  footer: 'This mail was sent because of a request about your data. Contact: {contact}',
  code: 'Or enter this code: {code}',
  page: {
    confirm: {
      title: 'Confirm your request',
      text: 'Please confirm that you have made this request: {right}.',
      button: 'Confirm',
    },
    package: {
      title: 'Your data',
      text: 'The file can be fetched once. Keep it in a safe place.',
      button: 'Fetch my data',
    },
    cancel: {
      title: 'Cancel your request',
      text: 'The request is cancelled and nothing is changed.',
      button: 'Cancel it',
    },
    confirmed: { title: 'Thank you', text: 'Your request is confirmed. You will hear from us by mail.' },
    cancelled: { title: 'Cancelled', text: 'Your request was cancelled. Nothing has been changed.' },
    over: {
      title: 'This link is not valid any more',
      text: 'It was used, or its time is over. You can make a new request.',
    },
  },
};
