import type { Language } from './shape';

export const ko: Language = {
  draft: true,
  texts: {
    dir: 'ltr',
    accept_all: '모두 동의',
    reject_all: '모두 거부',
    choose: '선택',
    save: '선택 저장',
    close: '닫기',
    preferences: '개인정보 설정',
    entry: '개인정보 설정',
    always_on: '항상 켜짐',
    explicit: '민감정보: 켜면 명시적으로 동의하는 것입니다',
    controller: '개인정보처리자',
    purposes: '목적',
    recipients: '제공받는 자',
    details: '자세히',
    session: '브라우저를 닫을 때까지',
    privacy_notice: '개인정보 처리방침',
    change_any_time: '언제든지 선택을 변경하거나 철회할 수 있습니다.',
    gpc_honoured: '거부 요청이 반영되었습니다',
    blocked: '‘{purpose}’을(를) 허용할 때까지 {service}이(가) 차단됩니다.',
    load_once: '한 번만 불러오기',
    always_allow: '항상 허용',
    saved: '선택이 저장되었습니다.',
  },
};
