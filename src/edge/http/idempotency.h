// Idempotency-Key on POST: a request that is sent again gets the stored answer instead of being done twice.
//
// A key belongs to a principal. The same key with the same method, path and body gives the stored answer; with another
// body "http.idempotency_mismatch" (409); while the first is still running "http.idempotency_running" (409). Answers
// of 5xx, 401, 403, 429 and streamed ones are not kept. The store is bounded in count, bytes and age, and lives in memory: after a
// restart, what must not happen twice is guarded by the space's own rules. Thread-safe.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/clock.h"
#include "edge/http/server.h"

namespace sluice::http {

class IdempotentAnswers {
 public:
  struct Limits {
    size_t answers_max = 10'000;
    size_t bytes_max = 64u << 20;
    TimeMs keep_ms = kDayMs;
  };
  explicit IdempotentAnswers(Clock& clock);
  IdempotentAnswers(Clock& clock, Limits limits);

  // Runs `work` at most once for each key of the principal. Without the header: simply runs it. A key that is not
  // 1–100 visible ASCII characters is "http.bad_idempotency_key".
  Response once(const Request& request, std::string_view principal, const std::function<Response()>& work);

 private:
  struct Answer {
    Digest request{};
    bool running = true;
    TimeMs at = 0;
    Response response{};
  };
  void make_room();

  Clock& clock_;
  Limits limits_;
  std::mutex mutex_;
  std::map<std::string, Answer> answers_;
  size_t bytes_ = 0;
};

}  // namespace sluice::http
