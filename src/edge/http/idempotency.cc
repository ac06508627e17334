#include "edge/http/idempotency.h"

#include <algorithm>

#include "crypto/hash.h"
#include "edge/http/problem.h"

namespace sluice::http {
namespace {

constexpr size_t kKeyBytesMax = 100;

bool is_key(std::string_view text) {
  return !text.empty() && text.size() <= kKeyBytesMax &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

Digest digest_of(const Request& request) {
  Sm3 hash;
  Bytes head;
  for (std::string_view part : {name_of(request.method), std::string_view(request.target)}) {
    put_u32(head, static_cast<uint32_t>(part.size()));
    put(head, part);
  }
  hash.update(head);
  hash.update(view(request.body));
  return hash.finish();
}

size_t size_of(const Response& response) {
  size_t size = response.body.size() + 256;
  for (const auto& [name, value] : response.headers) size += name.size() + value.size();
  return size;
}

}  // namespace

IdempotentAnswers::IdempotentAnswers(Clock& clock) : IdempotentAnswers(clock, Limits()) {}
IdempotentAnswers::IdempotentAnswers(Clock& clock, Limits limits) : clock_(clock), limits_(limits) {}

// Drops what is too old, then the oldest until the bounds hold. Running ones stay: they are few.
void IdempotentAnswers::make_room() {
  TimeMs now = clock_.now();
  auto drop = [&](auto it) {
    bytes_ -= size_of(it->second.response);
    return answers_.erase(it);
  };
  for (auto it = answers_.begin(); it != answers_.end();)
    it = !it->second.running && now - it->second.at > limits_.keep_ms ? drop(it) : std::next(it);
  while (answers_.size() >= limits_.answers_max || bytes_ > limits_.bytes_max) {
    auto oldest = answers_.end();
    for (auto it = answers_.begin(); it != answers_.end(); ++it)
      if (!it->second.running && (oldest == answers_.end() || it->second.at < oldest->second.at)) oldest = it;
    if (oldest == answers_.end()) return;
    drop(oldest);
  }
}

Response IdempotentAnswers::once(const Request& request, std::string_view principal,
                                 const std::function<Response()>& work) {
  const std::string* key = request.header("idempotency-key");
  if (!key) return work();
  if (!is_key(*key)) return problem({Errc::usage, "http.bad_idempotency_key"}, request);
  std::string name = std::string(principal) + " " + *key;
  Digest digest = digest_of(request);
  {
    std::lock_guard lock(mutex_);
    auto found = answers_.find(name);
    if (found != answers_.end() && !found->second.running && clock_.now() - found->second.at > limits_.keep_ms) {
      bytes_ -= size_of(found->second.response);
      answers_.erase(found);
      found = answers_.end();
    }
    if (found != answers_.end()) {
      if (found->second.request != digest) return problem({Errc::conflict, "http.idempotency_mismatch"}, request);
      if (found->second.running) return problem({Errc::conflict, "http.idempotency_running"}, request);
      return found->second.response;
    }
    if (answers_.size() >= limits_.answers_max || bytes_ > limits_.bytes_max) make_room();
    answers_[name] = Answer{.request = digest, .running = true, .at = clock_.now()};
  }
  Response response;
  try {
    response = work();
  } catch (...) {
    // The server turns it into a 500; the key must be free for the next try.
    std::lock_guard lock(mutex_);
    answers_.erase(name);
    throw;
  }
  std::lock_guard lock(mutex_);
  auto found = answers_.find(name);
  // A second factor, a sign-in or some patience changes these: the same request may be sent again under its key.
  bool passing = response.status == 401 || response.status == 403 || response.status == 429;
  if (response.status >= 500 || passing || response.stream) {
    answers_.erase(found);
  } else {
    found->second.running = false;
    found->second.at = clock_.now();
    found->second.response = response;
    bytes_ += size_of(response);
  }
  return response;
}

}  // namespace sluice::http
