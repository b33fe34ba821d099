import type { Language } from './shape';

export const he: Language = {
  draft: true,
  texts: {
    dir: 'rtl',
    accept_all: 'אישור הכול',
    reject_all: 'דחיית הכול',
    choose: 'בחירה',
    save: 'שמירת הבחירות',
    close: 'סגירה',
    preferences: 'בחירות פרטיות',
    entry: 'בחירות פרטיות',
    always_on: 'פעיל תמיד',
    explicit: 'מידע רגיש: בהפעלה אני נותן/ת הסכמה מפורשת',
    controller: 'בעל השליטה במידע',
    purposes: 'מטרות',
    recipients: 'מקבלי מידע',
    details: 'פרטים',
    session: 'עד לסגירת הדפדפן',
    privacy_notice: 'הודעת פרטיות',
    change_any_time: 'אפשר לשנות את הבחירה או לחזור ממנה בכל עת.',
    gpc_honoured: 'בקשת ההסרה כובדה',
    blocked: '{service} חסום עד שתאפשרו את ”{purpose}“.',
    load_once: 'טעינה חד־פעמית',
    always_allow: 'לאפשר תמיד',
    saved: 'הבחירות נשמרו.',
  },
};
