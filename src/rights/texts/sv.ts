import type { RightsTexts } from './shape';

export const sv: RightsTexts = {
  language: 'sv',
  draft: true,
  rights: {
    access: 'en kopia av dina uppgifter',
    erasure: 'radering av dina uppgifter',
    rectification: 'rättelse av dina uppgifter',
    portability: 'dina uppgifter i flyttbar form',
    restriction: 'begränsning av hur dina uppgifter används',
    objection: 'invändning mot att dina uppgifter används',
    withdrawal: 'återkallelse av ditt samtycke',
    opt_out: 'nej till att dina uppgifter säljs och delas',
    limit_sensitive: 'begränsning av hur dina känsliga uppgifter används',
    automated_decision: 'omprövning av ett automatiserat beslut',
    appeal: 'överklagande',
    complaint: 'klagomål',
  },
  mails: {
    confirm: {
      subject: 'Bekräfta din begäran',
      paragraphs: [
        '{controller} har fått en begäran i ditt namn: {right}.',
        'Bekräfta att den kommer från dig. Till dess händer ingenting, och om den inte kommer från dig behöver du inte göra något.',
        'Länken gäller till {date}.',
      ],
      action: 'Bekräfta begäran',
    },
    package: {
      subject: 'Dina uppgifter är klara',
      paragraphs: [
        'Du bad {controller} om {right}. Det är klart.',
        'För din säkerhet är inget bifogat: hämta det med länken. Den fungerar en gång, till {date}.',
      ],
      action: 'Hämta mina uppgifter',
    },
    acted: {
      subject: 'Din begäran är utförd',
      paragraphs: [
        '{controller} har fått en begäran för dig: {right}. Den gäller från och med nu.',
        'Om den inte kommer från dig kan du när som helst samtycka på nytt.',
      ],
    },
    cooling_off: {
      subject: 'Dina uppgifter kommer att raderas',
      paragraphs: [
        '{controller} raderar dina uppgifter från {date}, som du har begärt.',
        'Har du ändrat dig, eller kommer begäran inte från dig, kan du avbryta fram till dess.',
      ],
      action: 'Avbryt raderingen',
    },
    erased: {
      subject: 'Dina uppgifter är raderade',
      paragraphs: [
        '{controller} har raderat dina uppgifter, som du begärde. Detta är det sista mejlet om saken till den här adressen.',
        'Vad lagen kräver att vi behåller, och hur länge, står i intyget nedan.',
        '{message}',
      ],
    },
    done: {
      subject: 'Din begäran är uppfylld',
      paragraphs: ['Din begäran till {controller} är uppfylld: {right}.', '{message}'],
    },
    partial: {
      subject: 'Din begäran är delvis uppfylld',
      paragraphs: [
        'Din begäran till {controller} är delvis uppfylld: {right}.',
        'Vad som inte gick: {reason}',
        '{message}',
        'Du kan klaga hos en dataskyddsmyndighet eller gå till domstol.',
      ],
    },
    denied: {
      subject: 'Din begäran har inte beviljats',
      paragraphs: [
        '{controller} beviljar inte din begäran: {right}.',
        'Skälet: {reason}',
        '{message}',
        'Du kan klaga hos en dataskyddsmyndighet eller gå till domstol.',
      ],
    },
    extended: {
      subject: 'Vi behöver mer tid för din begäran',
      paragraphs: [
        '{controller} behöver mer tid för din begäran: {right}.',
        'Skälet: {reason}',
        'Du får svar senast {date}.',
      ],
    },
    asked: {
      subject: 'Vi behöver något från dig',
      paragraphs: ['{controller} behöver något från dig för din begäran: {right}.', '{message}'],
    },
    withdrawn: {
      subject: 'Din begäran är avbruten',
      paragraphs: ['Din begäran till {controller} är avbruten: {right}. Ingenting har ändrats.'],
    },
  },
  grounds: {
    identity_not_proved: 'vi kunde inte fastställa att begäran kommer från dig',
    manifestly_unfounded: 'begäran är uppenbart ogrundad',
    manifestly_excessive: 'begäran är orimlig',
    malicious: 'begäran är inte gjord i god tro',
    legal_obligation: 'lagen kräver att vi behåller uppgifterna',
    legal_claims: 'uppgifterna behövs för rättsliga anspråk',
    freedom_of_expression: 'yttrande- och informationsfriheten hindrar det',
    public_health: 'folkhälsan hindrar det',
    archiving: 'arkivering eller forskning i allmänhetens intresse hindrar det',
    rights_of_others: 'det skulle skada andras rättigheter',
    overriding_interests: 'tvingande berättigade skäl väger tyngre än dina intressen',
    right_not_given: 'den lag som gäller ger ingen sådan rätt',
    outside_jurisdiction: 'lagen är inte tillämplig',
    not_held: 'vi har inga uppgifter om dig',
    other: 'se nedan',
  },
  delays: {
    complexity: 'begäran är komplicerad',
    high_volume: 'det är många som begär något just nu',
    identity_required: 'vi måste försäkra oss om att begäran kommer från dig',
    information_required: 'vi behöver uppgifter från dig',
  },
  footer: 'Det här mejlet skickades på grund av en begäran om dina uppgifter. Kontakt: {contact}',
  code: 'Eller ange den här koden: {code}',
  page: {
    confirm: {
      title: 'Bekräfta din begäran',
      text: 'Bekräfta att du har gjort den här begäran: {right}.',
      button: 'Bekräfta',
    },
    package: {
      title: 'Dina uppgifter',
      text: 'Filen kan hämtas en gång. Förvara den säkert.',
      button: 'Hämta mina uppgifter',
    },
    cancel: { title: 'Avbryt din begäran', text: 'Begäran avbryts och ingenting ändras.', button: 'Avbryt den' },
    confirmed: { title: 'Tack', text: 'Din begäran är bekräftad. Vi hör av oss med mejl.' },
    cancelled: { title: 'Avbruten', text: 'Din begäran är avbruten. Ingenting har ändrats.' },
    over: {
      title: 'Länken gäller inte längre',
      text: 'Den är använd, eller så har dess tid gått ut. Du kan göra en ny begäran.',
    },
  },
};
