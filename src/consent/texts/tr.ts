import type { Language } from './shape';

export const tr: Language = {
  draft: true,
  texts: {
    dir: 'ltr',
    accept_all: 'Tümünü kabul et',
    reject_all: 'Tümünü reddet',
    choose: 'Seç',
    save: 'Seçimleri kaydet',
    close: 'Kapat',
    preferences: 'Gizlilik tercihleri',
    entry: 'Gizlilik tercihleri',
    always_on: 'Her zaman açık',
    explicit: 'Hassas veriler: bunu açarak açık rıza veriyorum',
    controller: 'Veri sorumlusu',
    purposes: 'Amaçlar',
    recipients: 'Alıcılar',
    details: 'Ayrıntılar',
    session: 'tarayıcı kapatılana kadar',
    privacy_notice: 'Gizlilik bildirimi',
    change_any_time: 'Seçiminizi istediğiniz zaman değiştirebilir veya geri alabilirsiniz.',
    gpc_honoured: 'Vazgeçme isteği yerine getirildi',
    blocked: '“{purpose}” için izin verene kadar {service} engellenir.',
    load_once: 'Bir kez yükle',
    always_allow: 'Her zaman izin ver',
    saved: 'Seçimleriniz kaydedildi.',
  },
};
