import type { Language } from './shape';

export const en: Language = {
  draft: false,
  texts: {
    dir: 'ltr',
    accept_all: 'Accept all',
    reject_all: 'Reject all',
    choose: 'Choose',
    save: 'Save choices',
    close: 'Close',
    preferences: 'Privacy choices',
    entry: 'Privacy choices',
    always_on: 'Always on',
    explicit: 'Sensitive data: by switching this on I explicitly agree',
    controller: 'Controller',
    purposes: 'Purposes',
    recipients: 'Recipients',
    details: 'Details',
    session: 'until the browser is closed',
    privacy_notice: 'Privacy notice',
    change_any_time: 'You can change or withdraw your choice at any time.',
    gpc_honoured: 'Opt-out request honored',
    blocked: '{service} stays blocked until you allow “{purpose}”.',
    load_once: 'Load once',
    always_allow: 'Always allow',
    saved: 'Your choices are saved.',
  },
};
