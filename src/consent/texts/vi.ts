import type { Language } from './shape';

export const vi: Language = {
  draft: true,
  texts: {
    dir: 'ltr',
    accept_all: 'Chấp nhận tất cả',
    reject_all: 'Từ chối tất cả',
    choose: 'Chọn',
    save: 'Lưu lựa chọn',
    close: 'Đóng',
    preferences: 'Lựa chọn về quyền riêng tư',
    entry: 'Lựa chọn về quyền riêng tư',
    always_on: 'Luôn bật',
    explicit: 'Dữ liệu nhạy cảm: khi bật mục này, tôi đồng ý một cách rõ ràng',
    controller: 'Bên kiểm soát dữ liệu',
    purposes: 'Mục đích',
    recipients: 'Bên nhận',
    details: 'Chi tiết',
    session: 'đến khi đóng trình duyệt',
    privacy_notice: 'Thông báo về quyền riêng tư',
    change_any_time: 'Bạn có thể thay đổi hoặc rút lại lựa chọn bất cứ lúc nào.',
    gpc_honoured: 'Đã thực hiện yêu cầu từ chối',
    blocked: '{service} bị chặn cho đến khi bạn cho phép “{purpose}”.',
    load_once: 'Tải một lần',
    always_allow: 'Luôn cho phép',
    saved: 'Đã lưu lựa chọn của bạn.',
  },
};
