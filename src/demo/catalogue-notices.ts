/** The notices in both languages, as people read them: plain paragraphs, parted by an empty line. Data. */
import type { Millis, NoticeVersion } from './catalogue-types';

type Draft = Omit<NoticeVersion, 'published_at'>;

const SHOP_1: Draft = {
  notice: 'shop_choices',
  site: 'shop',
  version: 1,
  title: { en: 'Your data, your say', de: 'Ihre Daten, Ihr Wort' },
  text: {
    en: `Otterbound Books Ltd, Bristol, runs this shop as part of Otterbound Holding GmbH, Hamburg. Some data we need so that the shop works. For everything else we ask first: may we count visits, write to you, make suggestions, and share with Adlerwick Media in the United States which of our pages you saw?

No is as good an answer as yes, and the shop stays the same. You can change your mind at any time under “Privacy choices” at the foot of every page. A yes lasts six months, then we ask again. Questions: privacy.books@otterbound.example.`,
    de: `Otterbound Books Ltd in Bristol betreibt diesen Laden als Teil der Otterbound Holding GmbH in Hamburg. Einige Daten brauchen wir, damit der Laden funktioniert. Für alles andere fragen wir zuerst: Dürfen wir Besuche zählen, Ihnen schreiben, Vorschläge machen und Adlerwick Media in den USA mitteilen, welche unserer Seiten Sie gesehen haben?

Ein Nein ist so gut wie ein Ja, und der Laden bleibt derselbe. Ihre Meinung können Sie jederzeit unter „Datenschutz-Auswahl“ am Fuß jeder Seite ändern. Ein Ja gilt sechs Monate, dann fragen wir neu. Fragen: privacy.books@otterbound.example.`,
  },
  change: { en: '', de: '' },
};

const SHOP_2: Draft = {
  ...SHOP_1,
  version: 2,
  text: {
    en: `Otterbound Books Ltd, Bristol, runs this shop as part of Otterbound Holding GmbH, Hamburg. Some data we need so that the shop works. For everything else we ask first: may Tallybrook (Denmark) count visits for us, Pigeonloft (Sweden) send our letters, Shelfmate (Netherlands) work out suggestions, and may we share with Adlerwick Media (United States) which of our pages you saw? Adlerwick decides for itself what it does with that.

No is as good an answer as yes, and the shop stays the same. If your browser sends Global Privacy Control, we take it as a no to sharing. You can change your mind at any time under “Privacy choices” at the foot of every page. A yes lasts six months, then we ask again. Questions: privacy.books@otterbound.example; you can also complain to the supervisory authority where you live.`,
    de: `Otterbound Books Ltd in Bristol betreibt diesen Laden als Teil der Otterbound Holding GmbH in Hamburg. Einige Daten brauchen wir, damit der Laden funktioniert. Für alles andere fragen wir zuerst: Darf Tallybrook (Dänemark) für uns Besuche zählen, Pigeonloft (Schweden) unsere Briefe versenden, Shelfmate (Niederlande) Vorschläge berechnen, und dürfen wir Adlerwick Media (USA) mitteilen, welche unserer Seiten Sie gesehen haben? Was Adlerwick damit tut, entscheidet es selbst.

Ein Nein ist so gut wie ein Ja, und der Laden bleibt derselbe. Sendet Ihr Browser Global Privacy Control, verstehen wir das als Nein zur Weitergabe. Ihre Meinung können Sie jederzeit unter „Datenschutz-Auswahl“ am Fuß jeder Seite ändern. Ein Ja gilt sechs Monate, dann fragen wir neu. Fragen: privacy.books@otterbound.example; beschweren können Sie sich auch bei der Aufsichtsbehörde an Ihrem Wohnort.`,
  },
  change: {
    en: 'Names each company that receives data, and says how we treat Global Privacy Control.',
    de: 'Nennt jedes Unternehmen, das Daten erhält, und sagt, wie wir Global Privacy Control behandeln.',
  },
};

const RETREATS_1: Draft = {
  notice: 'retreats_choices',
  site: 'retreats',
  version: 1,
  title: { en: 'Before you settle in', de: 'Bevor Sie es sich gemütlich machen' },
  text: {
    en: `Otterbound Retreats & Cover DAC, Galway, arranges your stay and its insurance as part of Otterbound Holding GmbH, Hamburg. What a booking needs, we have to ask for. The rest is up to you: may Tallybrook (Denmark) count visits for us, Pigeonloft (Sweden) send our letters, and Shelfmate (Netherlands) work out suggestions from your stays and what you like to read? If you tell us what you can’t eat, we treat that as health data and use it for your stay only.

Nothing here is shared for advertising. Change your mind at any time under “Privacy choices”. A yes lasts six months, then we ask again. Questions: privacy.retreats@otterbound.example.`,
    de: `Otterbound Retreats & Cover DAC in Galway organisiert Ihren Aufenthalt und dessen Versicherung als Teil der Otterbound Holding GmbH in Hamburg. Was eine Buchung braucht, müssen wir erfragen. Der Rest liegt bei Ihnen: Darf Tallybrook (Dänemark) für uns Besuche zählen, Pigeonloft (Schweden) unsere Briefe versenden und Shelfmate (Niederlande) aus Ihren Aufenthalten und Lesevorlieben Vorschläge berechnen? Wenn Sie uns sagen, was Sie nicht essen dürfen, behandeln wir das als Gesundheitsdaten und nutzen es nur für Ihren Aufenthalt.

Für Werbung geben wir hier nichts weiter. Ihre Meinung können Sie jederzeit unter „Datenschutz-Auswahl“ ändern. Ein Ja gilt sechs Monate, dann fragen wir neu. Fragen: privacy.retreats@otterbound.example.`,
  },
  change: { en: '', de: '' },
};

const DAY_MS = 86_400_000;

/** All versions with the day on which each was published, counted from the start of the demo's year. */
export function noticesFrom(start: Millis): NoticeVersion[] {
  return [
    { ...SHOP_1, published_at: start },
    { ...RETREATS_1, published_at: start },
    { ...SHOP_2, published_at: start + 190 * DAY_MS },
  ];
}
