#include "edge/http/session.h"

#include <algorithm>

#include "crypto/hash.h"
#include "edge/http/target.h"

namespace sluice::http {
namespace {

constexpr std::string_view kCookieName = "__Host-sluice";
constexpr std::string_view kCookieFlags = "; Path=/; Secure; HttpOnly; SameSite=Strict";

bool is_safe(Method method) { return method == Method::get || method == Method::head; }

}  // namespace

Sessions::Sessions(Clock& clock, RandomSource& random, SessionLimits limits)
    : clock_(clock), random_(random), limits_(limits) {}

Sessions::Opened Sessions::open(std::string_view account, std::string opened_by) {
  std::string token = base64url(random_bytes(random_, 32));
  Session session;
  session.key = sm3(view(token));
  session.account = account;
  session.opened_by = std::move(opened_by);
  session.csrf = base64url(random_bytes(random_, 32));
  session.opened_at = clock_.now();
  std::lock_guard lock(mutex_);
  evict_for(account);
  records_[session.key] = Record{session, session.opened_at};
  return {session, std::string(kCookieName) + "=" + token + std::string(kCookieFlags)};
}

// Makes room for one more session, overall and within the account.
void Sessions::evict_for(std::string_view account) {
  TimeMs now = clock_.now();
  std::erase_if(records_, [&](const auto& item) {
    const Record& record = item.second;
    return now - record.seen_at > limits_.idle_ms || now - record.session.opened_at > limits_.absolute_ms;
  });
  auto longest_idle = [&](auto&& counts) {
    auto oldest = records_.end();
    size_t n = 0;
    for (auto it = records_.begin(); it != records_.end(); ++it) {
      if (!counts(it->second)) continue;
      n++;
      if (oldest == records_.end() || it->second.seen_at < oldest->second.seen_at) oldest = it;
    }
    return std::pair(n, oldest);
  };
  auto [own, own_oldest] = longest_idle([&](const Record& r) { return r.session.account == account; });
  if (own >= limits_.per_account_max) records_.erase(own_oldest);
  auto [all, all_oldest] = longest_idle([](const Record&) { return true; });
  if (all >= limits_.sessions_max) records_.erase(all_oldest);
}

Result<Session> Sessions::of(const Request& request) {
  const std::string* header = request.header("cookie");
  std::string token = header ? cookie(*header, kCookieName) : std::string();
  if (token.empty()) return fail(Errc::unauthenticated, "session.absent");
  Digest key = sm3(view(token));
  TimeMs now = clock_.now();
  std::lock_guard lock(mutex_);
  auto found = records_.find(key);
  if (found == records_.end()) return fail(Errc::unauthenticated, "session.expired");
  Record& record = found->second;
  if (now - record.seen_at > limits_.idle_ms || now - record.session.opened_at > limits_.absolute_ms) {
    records_.erase(found);
    return fail(Errc::unauthenticated, "session.expired");
  }
  if (!is_safe(request.method)) {
    const std::string* shown = request.header("x-csrf-token");
    if (!shown || !equal_const_time(view(*shown), view(record.session.csrf)))
      return fail(Errc::forbidden, "session.csrf");
  }
  record.seen_at = now;
  return record.session;
}

Status Sessions::demand_step_up(const Session& session) {
  std::lock_guard lock(mutex_);
  auto found = records_.find(session.key);
  if (found == records_.end()) return fail(Errc::unauthenticated, "session.expired");
  TimeMs at = found->second.session.stepped_up_at;
  if (at == 0 || clock_.now() - at > limits_.step_up_ms) return fail(Errc::forbidden, "session.step_up_needed");
  return {};
}

void Sessions::mark_step_up(const Session& session, std::string with) {
  std::lock_guard lock(mutex_);
  auto found = records_.find(session.key);
  if (found == records_.end()) return;
  found->second.session.stepped_up_at = clock_.now();
  found->second.session.stepped_by = std::move(with);
}

void Sessions::close(const Session& session) {
  std::lock_guard lock(mutex_);
  records_.erase(session.key);
}

void Sessions::close_account(std::string_view account) {
  std::lock_guard lock(mutex_);
  std::erase_if(records_, [&](const auto& item) { return item.second.session.account == account; });
}

void Sessions::close_others(const Session& session) {
  std::lock_guard lock(mutex_);
  std::erase_if(records_, [&](const auto& item) { return item.first != session.key && item.second.session.account == session.account; });
}

size_t Sessions::size() {
  std::lock_guard lock(mutex_);
  return records_.size();
}

std::string Sessions::clearing_cookie() {
  return std::string(kCookieName) + "=; Max-Age=0" + std::string(kCookieFlags);
}

}  // namespace sluice::http
