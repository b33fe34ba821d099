import type { Language } from './shape';

export const hi: Language = {
  draft: true,
  texts: {
    dir: 'ltr',
    accept_all: 'सभी स्वीकार करें',
    reject_all: 'सभी अस्वीकार करें',
    choose: 'चुनें',
    save: 'चयन सहेजें',
    close: 'बंद करें',
    preferences: 'गोपनीयता विकल्प',
    entry: 'गोपनीयता विकल्प',
    always_on: 'हमेशा चालू',
    explicit: 'संवेदनशील डेटा: इसे चालू करके मैं स्पष्ट सहमति देता/देती हूँ',
    controller: 'डेटा नियंत्रक',
    purposes: 'उद्देश्य',
    recipients: 'प्राप्तकर्ता',
    details: 'विवरण',
    session: 'ब्राउज़र बंद होने तक',
    privacy_notice: 'गोपनीयता सूचना',
    change_any_time: 'आप अपना चयन कभी भी बदल या वापस ले सकते हैं।',
    gpc_honoured: 'ऑप्ट-आउट अनुरोध का पालन किया गया',
    blocked: 'जब तक आप “{purpose}” की अनुमति नहीं देते, {service} अवरुद्ध रहेगा।',
    load_once: 'एक बार लोड करें',
    always_allow: 'हमेशा अनुमति दें',
    saved: 'आपके चयन सहेज लिए गए हैं।',
  },
};
