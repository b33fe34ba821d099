import type { Language } from './shape';

export const zhHans: Language = {
  draft: true,
  texts: {
    dir: 'ltr',
    accept_all: '全部接受',
    reject_all: '全部拒绝',
    choose: '选择',
    save: '保存选择',
    close: '关闭',
    preferences: '隐私选项',
    entry: '隐私选项',
    always_on: '始终开启',
    explicit: '敏感数据：开启即表示我明确同意',
    controller: '数据控制者',
    purposes: '目的',
    recipients: '接收方',
    details: '详情',
    session: '直到关闭浏览器',
    privacy_notice: '隐私声明',
    change_any_time: '您可以随时更改或撤回您的选择。',
    gpc_honoured: '已遵从退出请求',
    blocked: '在您允许“{purpose}”之前，{service} 将被阻止。',
    load_once: '加载一次',
    always_allow: '始终允许',
    saved: '您的选择已保存。',
  },
};
