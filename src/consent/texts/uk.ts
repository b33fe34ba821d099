import type { Language } from './shape';

export const uk: Language = {
  draft: true,
  texts: {
    dir: 'ltr',
    accept_all: 'Прийняти все',
    reject_all: 'Відхилити все',
    choose: 'Вибрати',
    save: 'Зберегти вибір',
    close: 'Закрити',
    preferences: 'Налаштування приватності',
    entry: 'Налаштування приватності',
    always_on: 'Завжди ввімкнено',
    explicit: 'Чутливі дані: вмикаючи, я даю чітко виражену згоду',
    controller: 'Контролер',
    purposes: 'Цілі',
    recipients: 'Одержувачі',
    details: 'Докладніше',
    session: 'до закриття браузера',
    privacy_notice: 'Повідомлення про приватність',
    change_any_time: 'Ви можете змінити або відкликати свій вибір у будь-який час.',
    gpc_honoured: 'Запит на відмову виконано',
    blocked: '{service} заблоковано, доки ви не дозволите «{purpose}».',
    load_once: 'Завантажити один раз',
    always_allow: 'Завжди дозволяти',
    saved: 'Ваш вибір збережено.',
  },
};
