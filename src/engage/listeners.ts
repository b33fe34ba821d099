import { type ConsentChanged, currentRulebook, decide, readState } from '../consent';
import type { Listeners, Wire } from '../platform';
import { offerBodies, recommendationsIn, surveyIn } from './kinds';
import { NEIGHBOURS } from './show-operations';
import { answersOf, deleteAnswersTo, deleteShown, markStale, shownTo } from './show-store';

/** Who leaves takes their purchases out of what is counted together, and what rested on the purpose goes at once. */
export const engageListeners: Listeners = {
  'consent.changed': [
    (w, detail: Wire) => {
      const { person } = detail as unknown as ConsentChanged;
      const book = currentRulebook(w.db);
      const state = readState(w.db, person);
      const isNo = (purpose: string): boolean => !decide(book, state, { purpose }, w.now).allowed;
      const { purpose } = recommendationsIn(book);
      if (purpose !== null && isNo(purpose)) markStale(w.db, NEIGHBOURS, w.now);
      for (const offer of new Set(shownTo(w.db, person).map((s) => s.offer))) {
        const rests = offerBodies(book)[offer]?.purpose ?? null;
        if (rests === null || isNo(rests)) deleteShown(w.db, person, offer);
      }
      for (const survey of new Set(answersOf(w.db, person).map((a) => a.survey))) {
        const declared = surveyIn(book, survey);
        if (!declared || isNo(declared.purpose)) deleteAnswersTo(w.db, person, survey);
      }
    },
  ],
};
