import type { Language } from './shape';

export const bg: Language = {
  draft: true,
  texts: {
    dir: 'ltr',
    accept_all: 'Приемам всички',
    reject_all: 'Отказвам всички',
    choose: 'Избор',
    save: 'Запазване на избора',
    close: 'Затваряне',
    preferences: 'Настройки за поверителност',
    entry: 'Настройки за поверителност',
    always_on: 'Винаги включено',
    explicit: 'Чувствителни данни: с включването давам изричното си съгласие',
    controller: 'Администратор',
    purposes: 'Цели',
    recipients: 'Получатели',
    details: 'Подробности',
    session: 'до затваряне на браузъра',
    privacy_notice: 'Политика за поверителност',
    change_any_time: 'Можете да промените или оттеглите избора си по всяко време.',
    gpc_honoured: 'Искането за отказ е изпълнено',
    blocked: '{service} е блокирано, докато не разрешите „{purpose}“.',
    load_once: 'Зареждане веднъж',
    always_allow: 'Винаги разрешавай',
    saved: 'Изборът ви е запазен.',
  },
};
