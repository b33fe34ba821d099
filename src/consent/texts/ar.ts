import type { Language } from './shape';

export const ar: Language = {
  draft: true,
  texts: {
    dir: 'rtl',
    accept_all: 'قبول الكل',
    reject_all: 'رفض الكل',
    choose: 'اختيار',
    save: 'حفظ الاختيارات',
    close: 'إغلاق',
    preferences: 'خيارات الخصوصية',
    entry: 'خيارات الخصوصية',
    always_on: 'مفعّل دائمًا',
    explicit: 'بيانات حساسة: بتفعيل هذا الخيار أوافق موافقة صريحة',
    controller: 'المتحكم في البيانات',
    purposes: 'الأغراض',
    recipients: 'المستلمون',
    details: 'التفاصيل',
    session: 'حتى إغلاق المتصفح',
    privacy_notice: 'إشعار الخصوصية',
    change_any_time: 'يمكنك تغيير اختيارك أو سحبه في أي وقت.',
    gpc_honoured: 'تم احترام طلب الانسحاب',
    blocked: 'يظل {service} محظورًا حتى تسمح بـ «{purpose}».',
    load_once: 'تحميل مرة واحدة',
    always_allow: 'السماح دائمًا',
    saved: 'تم حفظ اختياراتك.',
  },
};
