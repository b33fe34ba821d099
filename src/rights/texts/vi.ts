import type { RightsTexts } from './shape';

export const vi: RightsTexts = {
  language: 'vi',
  draft: true,
  rights: {
    access: 'bản sao dữ liệu của bạn',
    erasure: 'xóa dữ liệu của bạn',
    rectification: 'chỉnh sửa dữ liệu của bạn',
    portability: 'dữ liệu của bạn ở dạng có thể chuyển đi',
    restriction: 'hạn chế việc sử dụng dữ liệu của bạn',
    objection: 'phản đối việc sử dụng dữ liệu của bạn',
    withdrawal: 'rút lại sự đồng ý của bạn',
    opt_out: 'từ chối việc bán và chia sẻ dữ liệu của bạn',
    limit_sensitive: 'giới hạn việc sử dụng dữ liệu nhạy cảm của bạn',
    automated_decision: 'xem xét lại một quyết định tự động',
    appeal: 'khiếu nại lại quyết định',
    complaint: 'khiếu nại',
  },
  mails: {
    confirm: {
      subject: 'Vui lòng xác nhận yêu cầu của bạn',
      paragraphs: [
        '{controller} đã nhận được một yêu cầu đứng tên bạn: {right}.',
        'Vui lòng xác nhận rằng yêu cầu này là của bạn. Trước đó sẽ không có gì xảy ra; nếu không phải của bạn, bạn không cần làm gì.',
        'Liên kết có hiệu lực đến {date}.',
      ],
      action: 'Xác nhận yêu cầu',
    },
    package: {
      subject: 'Dữ liệu của bạn đã sẵn sàng',
      paragraphs: [
        'Bạn đã yêu cầu {controller}: {right}. Dữ liệu đã sẵn sàng.',
        'Để bảo vệ bạn, thư này không đính kèm tệp: hãy tải bằng liên kết dưới đây. Liên kết chỉ dùng được một lần, đến {date}.',
      ],
      action: 'Tải dữ liệu của tôi',
    },
    acted: {
      subject: 'Yêu cầu của bạn đã được thực hiện',
      paragraphs: [
        '{controller} đã nhận được một yêu cầu cho bạn: {right}. Yêu cầu có hiệu lực ngay.',
        'Nếu không phải của bạn, bạn có thể đồng ý lại bất cứ lúc nào.',
      ],
    },
    cooling_off: {
      subject: 'Dữ liệu của bạn sẽ bị xóa',
      paragraphs: [
        '{controller} sẽ xóa dữ liệu của bạn từ {date}, theo yêu cầu của bạn.',
        'Nếu bạn đổi ý, hoặc yêu cầu không phải của bạn, bạn có thể hủy trước thời điểm đó.',
      ],
      action: 'Hủy việc xóa',
    },
    erased: {
      subject: 'Dữ liệu của bạn đã được xóa',
      paragraphs: [
        '{controller} đã xóa dữ liệu của bạn theo yêu cầu. Đây là thư cuối cùng về việc này gửi đến địa chỉ này.',
        'Những gì pháp luật buộc chúng tôi giữ lại, và trong bao lâu, được ghi trong giấy chứng nhận dưới đây.',
        '{message}',
      ],
    },
    done: {
      subject: 'Yêu cầu của bạn đã hoàn tất',
      paragraphs: ['Yêu cầu của bạn gửi {controller} đã hoàn tất: {right}.', '{message}'],
    },
    partial: {
      subject: 'Yêu cầu của bạn đã hoàn tất một phần',
      paragraphs: [
        'Yêu cầu của bạn gửi {controller} đã hoàn tất một phần: {right}.',
        'Phần không thực hiện được: {reason}',
        '{message}',
        'Bạn có thể khiếu nại với cơ quan bảo vệ dữ liệu hoặc khởi kiện ra tòa.',
      ],
    },
    denied: {
      subject: 'Yêu cầu của bạn không được chấp nhận',
      paragraphs: [
        '{controller} không chấp nhận yêu cầu của bạn: {right}.',
        'Lý do: {reason}',
        '{message}',
        'Bạn có thể khiếu nại với cơ quan bảo vệ dữ liệu hoặc khởi kiện ra tòa.',
      ],
    },
    extended: {
      subject: 'Chúng tôi cần thêm thời gian cho yêu cầu của bạn',
      paragraphs: [
        '{controller} cần thêm thời gian cho yêu cầu của bạn: {right}.',
        'Lý do: {reason}',
        'Bạn sẽ nhận được câu trả lời chậm nhất vào {date}.',
      ],
    },
    asked: {
      subject: 'Chúng tôi cần một điều từ bạn',
      paragraphs: ['{controller} cần một điều từ bạn cho yêu cầu: {right}.', '{message}'],
    },
    withdrawn: {
      subject: 'Yêu cầu của bạn đã được hủy',
      paragraphs: ['Yêu cầu của bạn gửi {controller} đã được hủy: {right}. Không có gì thay đổi.'],
    },
  },
  grounds: {
    identity_not_proved: 'chúng tôi không xác định được yêu cầu là của bạn',
    manifestly_unfounded: 'yêu cầu rõ ràng không có căn cứ',
    manifestly_excessive: 'yêu cầu quá mức',
    malicious: 'yêu cầu không được đưa ra một cách thiện chí',
    legal_obligation: 'pháp luật buộc chúng tôi lưu giữ dữ liệu',
    legal_claims: 'dữ liệu cần cho các yêu cầu pháp lý',
    freedom_of_expression: 'quyền tự do ngôn luận và thông tin không cho phép',
    public_health: 'lợi ích sức khỏe cộng đồng không cho phép',
    archiving: 'việc lưu trữ hoặc nghiên cứu vì lợi ích công cộng không cho phép',
    rights_of_others: 'sẽ ảnh hưởng đến quyền của người khác',
    overriding_interests: 'có lý do chính đáng vượt trên lợi ích của bạn',
    right_not_given: 'pháp luật áp dụng không quy định quyền này',
    outside_jurisdiction: 'pháp luật không áp dụng',
    not_held: 'chúng tôi không có dữ liệu về bạn',
    other: 'xem bên dưới',
  },
  delays: {
    complexity: 'yêu cầu phức tạp',
    high_volume: 'hiện có nhiều yêu cầu',
    identity_required: 'chúng tôi cần chắc chắn rằng yêu cầu là của bạn',
    information_required: 'chúng tôi cần thông tin từ bạn',
  },
  footer: 'Thư này được gửi vì có một yêu cầu về dữ liệu của bạn. Liên hệ: {contact}',
  code: 'Hoặc nhập mã này: {code}',
  page: {
    confirm: {
      title: 'Xác nhận yêu cầu',
      text: 'Vui lòng xác nhận rằng bạn đã đưa ra yêu cầu này: {right}.',
      button: 'Xác nhận',
    },
    package: {
      title: 'Dữ liệu của bạn',
      text: 'Tệp chỉ tải được một lần. Hãy giữ ở nơi an toàn.',
      button: 'Tải dữ liệu của tôi',
    },
    cancel: { title: 'Hủy yêu cầu', text: 'Yêu cầu được hủy và không có gì thay đổi.', button: 'Hủy yêu cầu' },
    confirmed: { title: 'Cảm ơn bạn', text: 'Yêu cầu của bạn đã được xác nhận. Chúng tôi sẽ gửi thư cho bạn.' },
    cancelled: { title: 'Đã hủy', text: 'Yêu cầu của bạn đã được hủy. Không có gì thay đổi.' },
    over: {
      title: 'Liên kết không còn hiệu lực',
      text: 'Liên kết đã được dùng hoặc đã hết hạn. Bạn có thể gửi yêu cầu mới.',
    },
  },
};
