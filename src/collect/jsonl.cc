#include "collect/jsonl.h"

#include <cstring>
#include <set>

#include "codec/json.h"

namespace sluice::collect {

namespace {

constexpr size_t kDroppedNamesMax = 200;
constexpr int kSkipDepthMax = 64;

// A cursor over one line. Faults are reasons; the caller knows the line.
class LineScan {
 public:
  explicit LineScan(std::string_view line) : p_(line.data()), end_(line.data() + line.size()) {}
  std::string_view fault() const { return fault_; }

  void space() {
    while (p_ < end_ && (*p_ == ' ' || *p_ == '\t' || *p_ == '\r' || *p_ == '\n')) p_++;
  }
  bool at_end() const { return p_ == end_; }
  char peek() const { return p_ < end_ ? *p_ : '\0'; }
  bool take(char c) {
    space();
    if (p_ == end_ || *p_ != c) return false;
    p_++;
    return true;
  }
  bool malformed() {
    if (fault_.empty()) fault_ = "jsonl.malformed";
    return false;
  }

  // A string after its opening quote was seen; appended, escapes undone.
  bool string(std::string& out) {
    if (!take('"')) return malformed();
    while (p_ < end_) {
      char c = *p_++;
      if (c == '"') return true;
      if (static_cast<unsigned char>(c) < 0x20) return malformed();
      if (c != '\\') {
        out += c;
        continue;
      }
      if (p_ == end_ || !escape(out)) return malformed();
    }
    return malformed();
  }

  bool word(std::string_view w) {
    if (static_cast<size_t>(end_ - p_) < w.size() || std::memcmp(p_, w.data(), w.size()) != 0) return malformed();
    p_ += w.size();
    return true;
  }

  // RFC 8259's grammar; the text as it stands.
  bool number(std::string& out) {
    const char* from = p_;
    if (peek() == '-') p_++;
    if (peek() == '0') {
      p_++;
    } else if (!digits()) {
      return malformed();
    }
    if (peek() == '.') {
      p_++;
      if (!digits()) return malformed();
    }
    if (peek() == 'e' || peek() == 'E') {
      p_++;
      if (peek() == '+' || peek() == '-') p_++;
      if (!digits()) return malformed();
    }
    out.assign(from, p_);
    return true;
  }

  // A value of a name that is left out.
  bool skip(int depth, std::string& scratch) {
    space();
    if (depth > kSkipDepthMax) return malformed();
    if (peek() == '{' || peek() == '[') {
      char close = *p_++ == '{' ? '}' : ']';
      if (take(close)) return true;
      do {
        if (close == '}') {
          scratch.clear();
          if (!string(scratch) || !take(':')) return malformed();
        }
        if (!skip(depth + 1, scratch)) return false;
      } while (take(','));
      return take(close) || malformed();
    }
    scratch.clear();
    return scalar(scratch);
  }

  // A string, number, boolean or null (empty).
  bool scalar(std::string& out) {
    space();
    switch (peek()) {
      case '"': return string(out);
      case 't': out = "true"; return word("true");
      case 'f': out = "false"; return word("false");
      case 'n': out.clear(); return word("null");
      case '{':
      case '[': fault_ = "jsonl.nested_value"; return false;
      default: return number(out);
    }
  }

 private:
  bool digits() {
    const char* from = p_;
    while (p_ < end_ && *p_ >= '0' && *p_ <= '9') p_++;
    return p_ > from;
  }
  bool hex4(uint32_t& out) {
    if (end_ - p_ < 4) return false;
    out = 0;
    for (int i = 0; i < 4; i++) {
      char c = *p_++;
      uint32_t digit = c >= '0' && c <= '9' ? static_cast<uint32_t>(c - '0') : c >= 'a' && c <= 'f' ? static_cast<uint32_t>(c - 'a' + 10)
                       : c >= 'A' && c <= 'F' ? static_cast<uint32_t>(c - 'A' + 10) : 16;
      if (digit == 16) return false;
      out = out * 16 + digit;
    }
    return true;
  }
  bool escape(std::string& out) {
    switch (char c = *p_++) {
      case '"':
      case '\\':
      case '/': out += c; return true;
      case 'b': out += '\b'; return true;
      case 'f': out += '\f'; return true;
      case 'n': out += '\n'; return true;
      case 'r': out += '\r'; return true;
      case 't': out += '\t'; return true;
      case 'u': break;
      default: return false;
    }
    uint32_t code = 0, low = 0;
    if (!hex4(code) || code == 0) return false;  // no NUL in a cell
    if (code >= 0xDC00 && code < 0xE000) return false;
    if (code >= 0xD800 && code < 0xDC00) {
      if (end_ - p_ < 6 || p_[0] != '\\' || p_[1] != 'u') return false;
      p_ += 2;
      if (!hex4(low) || low < 0xDC00 || low >= 0xE000) return false;
      code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    }
    if (code < 0x80) {
      out += static_cast<char>(code);
    } else if (code < 0x800) {
      out += static_cast<char>(0xC0 | code >> 6);
      out += static_cast<char>(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
      out += static_cast<char>(0xE0 | code >> 12);
      out += static_cast<char>(0x80 | (code >> 6 & 0x3F));
      out += static_cast<char>(0x80 | (code & 0x3F));
    } else {
      out += static_cast<char>(0xF0 | code >> 18);
      out += static_cast<char>(0x80 | (code >> 12 & 0x3F));
      out += static_cast<char>(0x80 | (code >> 6 & 0x3F));
      out += static_cast<char>(0x80 | (code & 0x3F));
    }
    return true;
  }

  const char* p_;
  const char* end_;
  std::string_view fault_;
};

class JsonLines final : public BlockSource {
 public:
  JsonLines(const Plan& plan, ByteSource& bytes) : bytes_(bytes), refuse_(plan.unknown_fields.value_or(UnknownFields::refuse) == UnknownFields::refuse) {
    for (const PlanField& f : plan.columns) header_.push_back(f.name);
    cells_.resize(header_.size());
    seen_.resize(header_.size());
  }

  const std::vector<std::string>& header() const override { return header_; }
  std::vector<std::string> dropped() const override { return {dropped_.begin(), dropped_.end()}; }

  Result<bool> next(CsvBlock& out) override {
    BlockBuilder builder(out);
    out.columns = header_.size();
    while (!builder.full()) {
      bool more = TRY(next_line());
      if (!more) break;
      TRY(take_line(builder));
    }
    if (out.rows == 0 && rows_ == 0) return fail(Errc::invalid, "jsonl.empty");
    rows_ += out.rows;
    return out.rows > 0;
  }

 private:
  tl::unexpected<Error> fault(std::string_view reason) const { return fail(Errc::invalid, reason, "line " + std::to_string(line_number_)); }

  // The next line with something on it, in line_.
  Result<bool> next_line() {
    while (true) {
      size_t end = buffer_.find('\n', scanned_);
      if (end == std::string::npos && !at_end_) {
        scanned_ = buffer_.size();
        if (buffer_.size() - start_ > kCsvRecordBytesMax) return fail(Errc::invalid, "jsonl.line_too_long", "line " + std::to_string(line_number_ + 1));
        TRY(fill());
        continue;
      }
      if (end == std::string::npos) {
        if (start_ == buffer_.size()) return false;
        end = buffer_.size();
      }
      line_ = std::string_view(buffer_).substr(start_, end - start_);
      line_number_++;
      if (line_.size() > kCsvRecordBytesMax) return fault("jsonl.line_too_long");
      start_ = scanned_ = std::min(end + 1, buffer_.size());
      if (line_number_ == 1 && line_.starts_with("\xEF\xBB\xBF")) line_.remove_prefix(3);
      if (line_.find_first_not_of(" \t\r") != std::string_view::npos) return true;
    }
  }
  Status fill() {
    buffer_.erase(0, start_);
    scanned_ -= start_;
    start_ = 0;
    size_t had = buffer_.size();
    buffer_.resize(had + (1u << 20));
    auto got = bytes_.read({buffer_.data() + had, buffer_.size() - had});
    buffer_.resize(had + (got ? *got : 0));
    if (!got) return tl::unexpected(got.error());
    at_end_ = *got == 0;
    return {};
  }

  Status take_line(BlockBuilder& builder) {
    if (!is_utf8(line_)) return fault("jsonl.not_utf8");
    if (line_.find('\0') != std::string_view::npos) return fault("jsonl.malformed");
    LineScan scan(line_);
    if (!scan.take('{')) return fault("jsonl.not_an_object");
    std::fill(seen_.begin(), seen_.end(), false);
    for (std::string& cell : cells_) cell.clear();
    if (!scan.take('}')) {
      do TRY(take_member(scan));
      while (scan.take(','));
      if (!scan.take('}')) return fault("jsonl.malformed");
    }
    scan.space();
    if (!scan.at_end()) return fault("jsonl.malformed");
    for (const std::string& cell : cells_) builder.cell(cell);
    builder.end_row();
    return {};
  }
  Status take_member(LineScan& scan) {
    name_.clear();
    if (!scan.string(name_) || !scan.take(':')) return fault("jsonl.malformed");
    // Members mostly come in the plan's order.
    size_t at = guess_ < header_.size() && header_[guess_] == name_ ? guess_ : find_name();
    if (at == header_.size()) {
      if (refuse_) return fail(Errc::refused, "collect.unknown_field", "line " + std::to_string(line_number_));
      if (dropped_.size() < kDroppedNamesMax) dropped_.insert(name_.substr(0, 200));
      std::string scratch;
      if (!scan.skip(0, scratch)) return fault(scan.fault());
      return {};
    }
    guess_ = at + 1 == header_.size() ? 0 : at + 1;
    if (seen_[at]) return fault("jsonl.duplicate_name");
    seen_[at] = true;
    if (!scan.scalar(cells_[at])) return fault(scan.fault());
    return {};
  }
  size_t find_name() const {
    for (size_t i = 0; i < header_.size(); i++)
      if (header_[i] == name_) return i;
    return header_.size();
  }

  ByteSource& bytes_;
  bool refuse_;
  std::vector<std::string> header_, cells_;
  std::vector<bool> seen_;
  std::set<std::string> dropped_;
  std::string buffer_, name_;
  std::string_view line_;
  size_t start_ = 0, scanned_ = 0, guess_ = 0;
  uint64_t line_number_ = 0, rows_ = 0;
  bool at_end_ = false;
};

}  // namespace

std::unique_ptr<BlockSource> json_lines(const Plan& plan, ByteSource& bytes) { return std::make_unique<JsonLines>(plan, bytes); }

}  // namespace sluice::collect
