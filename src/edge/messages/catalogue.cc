// Rows are data: {reason, Chinese, English, next step in Chinese, next step in English}, sorted by reason.
#include <algorithm>

#include "edge/messages/table.h"

namespace sluice {
namespace {

constexpr Message kMessages[] = {
    {"cli.bad_arguments", "命令的参数不对", "the command's words are not what it takes", "加 --help 看用法。",
     "Add --help to see how it is used."},
    {"cli.unknown_shell", "不认识的 shell", "unknown shell", "可用：bash、zsh、fish。", "Known: bash, zsh, fish."},
    {"cli.unknown_verb", "没有这个命令；最接近的是", "no such command; the nearest is", "用 sluice help 列出全部命令。",
     "sluice help lists them all."},
    {"http.address_in_use", "监听地址已被占用", "the listening address is in use", "换一个端口，或停止占用它的程序。",
     "Choose another port, or stop the program that holds it."},
    {"http.bad_address", "监听地址无效", "not an address to listen on", "用 IP 地址，如 127.0.0.1:8443。",
     "Use an IP address such as 127.0.0.1:8443."},
    {"http.bad_certificate", "证书或私钥无法使用", "the certificate or its key cannot be used",
     "检查 PEM 文件，以及私钥与证书是否匹配。", "Check the PEM files, and that the key belongs to the certificate."},
    {"http.bad_idempotency_key", "Idempotency-Key 的形式不对", "the Idempotency-Key has a wrong form",
     "用 1–100 个可见的 ASCII 字符，如一个 UUID。", "Use 1–100 visible ASCII characters, such as a UUID."},
    {"http.bad_page", "分页参数无效", "the paging parameters are not valid", "cursor 用上一页给出的值；limit 在 1 与 500 之间。",
     "Use the cursor that the last page gave, and a limit from 1 to 500."},
    {"http.bad_request", "不是一个正确的 HTTP 请求", "not a well-formed HTTP request"},
    {"http.bad_target", "请求地址的形式不对", "the address of the request is malformed"},
    {"http.body_too_large", "请求正文超过 8 MiB", "the request body is larger than 8 MiB"},
    {"http.cannot_listen", "无法监听", "cannot listen"},
    {"http.console_missing", "没有找到控制台页面", "the console's pages are missing", "运行 ./dev build 生成它们。",
     "./dev build makes them."},
    {"http.console_too_large", "控制台页面过大", "the console's pages are too large"},
    {"http.header_too_large", "请求头超过 16 KiB", "the request header is larger than 16 KiB"},
    {"http.idempotency_mismatch", "同一个 Idempotency-Key 用于了不同的请求", "this Idempotency-Key was used for another request",
     "换一个新的键。", "Use a new key."},
    {"http.idempotency_running", "同一请求正在处理", "the same request is still being handled", "稍后再试。", "Try again in a moment."},
    {"http.internal", "内部错误", "internal error", "请把时间与请求报告给系统管理员。",
     "Tell the system administrator the time and the request."},
    {"http.method_not_allowed", "该地址不支持这个方法", "this address does not take that method"},
    {"http.no_such_path", "没有这个地址", "no such address"},
    {"http.plain_beyond_loopback", "明文 HTTP 只允许在本机回环地址上使用", "plain HTTP is served on loopback addresses only",
     "去掉 --no-tls，或监听 127.0.0.1。", "Leave out --no-tls, or listen on 127.0.0.1."},
    {"http.precondition_failed", "内容在此期间已被修改", "it was changed in the meantime", "重新读取后再改。", "Read it again, then change it."},
    {"http.precondition_required", "缺少 If-Match", "If-Match is missing", "先读取，并带上读到的 ETag。",
     "Read it first and send the ETag that you got."},
    {"http.request_timeout", "请求没有按时到齐", "the request did not arrive in time"},
    {"http.server_away", "连接不上正在运行的服务", "no running server answers", "用 sluice serve 启动它。", "Start it with sluice serve."},
    {"http.server_silent", "服务没有按时应答", "the server did not answer in time"},
    {"http.socket_in_use", "已有服务在使用本地套接字", "a running server holds the local socket"},
    {"http.unsupported_type", "不支持的内容类型", "content type not supported"},
    {"session.absent", "尚未登录", "not signed in", "请登录。", "Sign in."},
    {"session.csrf", "缺少或错误的防跨站令牌", "the cross-site token is missing or wrong", "刷新页面后重试。",
     "Reload the page and try again."},
    {"session.expired", "登录已过期", "the session is over", "请重新登录。", "Sign in again."},
    {"session.locked_out", "登录失败次数过多，需等待（秒）", "too many failed sign-ins; seconds to wait"},
    {"session.step_up_needed", "此操作需要第二因素验证", "this needs the second factor", "输入动态口令后重试。",
     "Enter the one-time code and try again."},
};

static_assert(std::is_sorted(std::begin(kMessages), std::end(kMessages),
                             [](const Message& a, const Message& b) { return a.reason < b.reason; }));

}  // namespace

std::span<const Message> message_table() { return kMessages; }

}  // namespace sluice
