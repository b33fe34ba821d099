import type { Language } from './shape';

export const ja: Language = {
  draft: true,
  texts: {
    dir: 'ltr',
    accept_all: 'すべて同意する',
    reject_all: 'すべて拒否する',
    choose: '選択する',
    save: '選択を保存',
    close: '閉じる',
    preferences: 'プライバシーの設定',
    entry: 'プライバシーの設定',
    always_on: '常に有効',
    explicit: '機微な情報：有効にすることで明示的に同意します',
    controller: '管理者',
    purposes: '利用目的',
    recipients: '提供先',
    details: '詳細',
    session: 'ブラウザーを閉じるまで',
    privacy_notice: 'プライバシー通知',
    change_any_time: '選択はいつでも変更または撤回できます。',
    gpc_honoured: 'オプトアウトの要求を反映しました',
    blocked: '「{purpose}」を許可するまで、{service}はブロックされます。',
    load_once: '今回だけ読み込む',
    always_allow: '常に許可',
    saved: '選択を保存しました。',
  },
};
