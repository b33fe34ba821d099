import type { Language } from './shape';

export const zhHant: Language = {
  draft: true,
  texts: {
    dir: 'ltr',
    accept_all: '全部接受',
    reject_all: '全部拒絕',
    choose: '選擇',
    save: '儲存選擇',
    close: '關閉',
    preferences: '隱私選項',
    entry: '隱私選項',
    always_on: '一律開啟',
    explicit: '敏感資料：開啟即表示我明確同意',
    controller: '資料控制者',
    purposes: '目的',
    recipients: '接收者',
    details: '詳細資料',
    session: '直到關閉瀏覽器',
    privacy_notice: '隱私權聲明',
    change_any_time: '您可以隨時變更或撤回您的選擇。',
    gpc_honoured: '已遵從退出要求',
    blocked: '在您允許「{purpose}」之前，{service} 會被封鎖。',
    load_once: '載入一次',
    always_allow: '一律允許',
    saved: '您的選擇已儲存。',
  },
};
