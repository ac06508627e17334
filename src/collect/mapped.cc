#include "collect/mapped.h"

#include <algorithm>
#include <set>

#include "codec/json.h"
#include "crypto/hash.h"

namespace sluice::collect {

namespace {

constexpr size_t kMessageBytesMax = kCsvRecordBytesMax;
constexpr size_t kMessageIdsMax = 4u << 20;

// Lines of a stream, ended by LF, CR or both.
class MessageLines {
 public:
  explicit MessageLines(ByteSource& bytes) : bytes_(bytes) {}
  uint64_t number() const { return number_; }
  Result<bool> next(std::string& out) {
    while (true) {
      size_t end = buffer_.find_first_of("\r\n", at_);
      if (end == std::string::npos && !at_end_) {
        if (buffer_.size() - at_ > kMessageBytesMax) return fail(Errc::invalid, "message.too_long", "line " + std::to_string(number_ + 1));
        TRY(fill());
        continue;
      }
      if (end == std::string::npos) {
        if (at_ >= buffer_.size()) return false;
        end = buffer_.size();
      }
      out.assign(buffer_, at_, end - at_);
      at_ = std::min(end + 1, buffer_.size());
      number_++;
      if (number_ == 1 && out.starts_with("\xEF\xBB\xBF")) out.erase(0, 3);
      if (out.find_first_not_of(" \t") != std::string::npos) return true;
    }
  }

 private:
  Status fill() {
    buffer_.erase(0, at_);
    at_ = 0;
    size_t had = buffer_.size();
    buffer_.resize(had + (256u << 10));
    auto got = bytes_.read({buffer_.data() + had, buffer_.size() - had});
    buffer_.resize(had + (got ? *got : 0));
    if (!got) return tl::unexpected(got.error());
    at_end_ = *got == 0;
    return {};
  }
  ByteSource& bytes_;
  std::string buffer_;
  size_t at_ = 0;
  uint64_t number_ = 0;
  bool at_end_ = false;
};

std::vector<std::string> parts_of(std::string_view path, char separator) {
  std::vector<std::string> out;
  while (true) {
    size_t end = path.find(separator);
    out.emplace_back(path.substr(0, end));
    if (end == std::string_view::npos) return out;
    path.remove_prefix(end + 1);
  }
}

// msgid of the national platform: H or P, 11 digits of the institution, 14 of the moment, 4 of the sequence.
bool is_message_id(std::string_view id) {
  if (id.size() != 30 || (id[0] != 'H' && id[0] != 'P')) return false;
  return std::all_of(id.begin() + 1, id.end(), [](char c) { return c >= '0' && c <= '9'; });
}

struct FieldPath {
  std::vector<std::string> parts;
  bool from_top = false;
};

class MappedRows : public BlockSource {
 public:
  MappedRows(const Plan& plan, ByteSource& bytes) : lines_(bytes) {
    const Mapping& mapping = *plan.mapping;
    for (const PlanField& f : plan.columns) {
      header_.push_back(f.name);
      auto it = mapping.paths.find(f.name);
      std::string path = it == mapping.paths.end() ? f.name : it->second;
      bool top = path.starts_with('/');
      paths_.push_back({parts_of(top ? path.substr(1) : path, '.'), top});
    }
    cells_.resize(header_.size());
  }
  const std::vector<std::string>& header() const override { return header_; }

 protected:
  tl::unexpected<Error> fault(std::string_view reason) const { return fail(Errc::invalid, reason, "line " + std::to_string(lines_.number())); }
  void add_row(BlockBuilder& builder) {
    for (const std::string& cell : cells_) builder.cell(cell);
    builder.end_row();
    rows_++;
  }
  MessageLines lines_;
  std::vector<std::string> header_, cells_;
  std::vector<FieldPath> paths_;
  uint64_t rows_ = 0;
};

// An index into an array, or its first element; a member of an object.
const Json* step_into(const Json* at, const std::string& part) {
  if (at->is_array()) {
    const auto& items = at->as_array();
    bool index = !part.empty() && part.size() < 5 && part.find_first_not_of("0123456789") == std::string::npos;
    if (index) {
      auto i = static_cast<size_t>(std::stoul(part));
      return i < items.size() ? &items[i] : nullptr;
    }
    return items.empty() ? nullptr : step_into(&items.front(), part);
  }
  return at->find(part);
}

const Json* walk(const Json* at, std::span<const std::string> parts) {
  for (const std::string& part : parts) {
    if (!at || (!at->is_object() && !at->is_array())) return nullptr;
    at = step_into(at, part);
  }
  while (at && at->is_array() && !at->as_array().empty()) at = &at->as_array().front();
  return at;
}

class JsonMessages final : public MappedRows {
 public:
  JsonMessages(const Plan& plan, ByteSource& bytes, std::span<const Sm2PublicKey> keys) : MappedRows(plan, bytes), keys_(keys), mapping_(*plan.mapping), envelopes_(plan.format == Format::message) {
    if (mapping_.record) record_ = parts_of(*mapping_.record, '.');
  }
  Result<bool> next(CsvBlock& out) override {
    BlockBuilder builder(out);
    out.columns = header_.size();
    std::string line;
    while (!builder.full()) {
      if (!TRY(lines_.next(line))) break;
      auto message = parse_json(line, kMessageBytesMax);
      if (!message || !message->is_object() || line.find('\0') != std::string::npos) return fault("message.malformed");
      if (envelopes_) TRY(check_envelope(*message));
      if (mapping_.resource && message->get_string_or("resourceType", "").value_or("") != *mapping_.resource) continue;
      TRY(take_rows(*message, builder));
    }
    if (out.rows == 0 && rows_ == 0) return fail(Errc::invalid, "message.empty");
    return out.rows > 0;
  }
  Bytes message_marks() const override { return marks_; }

 private:
  Status check_envelope(const Json& message) {
    std::string infno = message.get_string_or("infno", "").value_or(""), id = message.get_string_or("msgid", "").value_or("");
    if (std::find(mapping_.infno.begin(), mapping_.infno.end(), infno) == mapping_.infno.end()) return fault("message.other_interface");
    if (!is_message_id(id)) return fault("message.bad_id");
    if (ids_.size() >= kMessageIdsMax) return fault("message.too_long");
    if (!ids_.insert(id).second) return fault("message.twice");
    Digest mark = sm3(view(id));
    marks_.insert(marks_.end(), mark.begin(), mark.begin() + kMessageMarkBytes);
    std::string signature_text = message.get_string_or("cainfo", "").value_or("");
    auto signature = from_base64(signature_text);
    if (signature_text.empty() || !signature) return fault("message.unsigned");
    std::string bytes = signed_envelope(message);
    for (const Sm2PublicKey& key : keys_)
      if (key.verify(view(bytes), *signature)) return {};
    return fault("message.forged");
  }
  Status take_rows(const Json& message, BlockBuilder& builder) {
    const Json* at = &message;
    for (size_t i = 0; i < record_.size() && at; i++) at = at->is_object() || at->is_array() ? step_into(at, record_[i]) : nullptr;
    if (!at || at->is_null()) return {};
    if (!at->is_array()) return take_row(message, *at, builder);
    for (const Json& record : at->as_array()) TRY(take_row(message, record, builder));
    return {};
  }
  Status take_row(const Json& message, const Json& record, BlockBuilder& builder) {
    if (!record.is_object()) return fault("message.malformed");
    for (size_t f = 0; f < header_.size(); f++) {
      cells_[f].clear();
      const Json* value = walk(paths_[f].from_top ? &message : &record, paths_[f].parts);
      if (!value || value->is_null()) continue;
      if (value->is_object() || value->is_array()) return fault("message.nested_value");
      cells_[f] = value->is_string() ? value->as_string() : canonical(*value);
      if (cells_[f].find('\0') != std::string::npos) return fault("message.malformed");
    }
    add_row(builder);
    return {};
  }
  std::span<const Sm2PublicKey> keys_;
  const Mapping& mapping_;
  bool envelopes_;
  std::vector<std::string> record_;
  std::set<std::string> ids_;
  Bytes marks_;
};

class Hl7Messages final : public MappedRows {
 public:
  Hl7Messages(const Plan& plan, ByteSource& bytes) : MappedRows(plan, bytes), record_(plan.mapping->record.value_or("")) {}

  Result<bool> next(CsvBlock& out) override {
    BlockBuilder builder(out);
    out.columns = header_.size();
    std::string line;
    while (!builder.full() && !ended_) {
      bool more = TRY(lines_.next(line));
      if (more && !is_utf8(line)) return fault("message.malformed");
      bool begins = more && line.starts_with("MSH");
      if (more && !begins && segments_.empty()) return fault("message.malformed");
      if ((begins || !more) && !segments_.empty()) TRY(take_message(builder));
      if (begins && line.size() < 8) return fault("message.malformed");
      if (more) segments_.push_back(line);
      bytes_ = begins ? line.size() : bytes_ + line.size();
      if (bytes_ > kMessageBytesMax) return fault("message.too_long");
      ended_ = !more;
    }
    if (out.rows == 0 && rows_ == 0) return fail(Errc::invalid, "message.empty");
    return out.rows > 0;
  }

 private:
  static std::string_view name_of_segment(const std::string& segment) { return std::string_view(segment).substr(0, 3); }

  Status take_message(BlockBuilder& builder) {
    // A message without the segment has no row of it.
    for (const std::string& segment : segments_)
      if (record_.empty() ? name_of_segment(segment) == "MSH" : name_of_segment(segment) == record_) {
        take_row(segment);
        add_row(builder);
      }
    segments_.clear();
    return {};
  }
  void take_row(const std::string& own) {
    for (size_t f = 0; f < header_.size(); f++) cells_[f] = cell_of(own, paths_[f]);
  }
  // "PID-5", or "PID-5.1": the parts of the path are "PID-5" and "1".
  std::string cell_of(const std::string& own, const FieldPath& path) const {
    const std::string& place = path.parts.front();
    if (place.size() < 5 || place[3] != '-' || place.find_first_not_of("0123456789", 4) != std::string::npos || place.size() > 7) return {};
    const std::string* segment = nullptr;
    std::string_view wanted = std::string_view(place).substr(0, 3);
    if (name_of_segment(own) == wanted) segment = &own;
    for (size_t i = 0; i < segments_.size() && !segment; i++)
      if (name_of_segment(segments_[i]) == wanted) segment = &segments_[i];
    if (!segment) return {};
    char field = segments_.front()[3], component = segments_.front()[4], repeat = segments_.front()[5], escape = segments_.front()[6];
    size_t number = std::stoul(place.substr(4));
    auto fields = parts_of(*segment, field);
    if (wanted == "MSH") number--;  // MSH-1 is the separator itself
    if (number >= fields.size()) return {};
    std::string text = wanted == "MSH" && number == 1 ? fields[1] : parts_of(fields[number], repeat).front();
    if (path.parts.size() > 1) {
      auto components = parts_of(text, component);
      size_t at = path.parts[1].size() < 4 && !path.parts[1].empty() && path.parts[1].find_first_not_of("0123456789") == std::string::npos ? std::stoul(path.parts[1]) : 0;
      text = at >= 1 && at <= components.size() ? components[at - 1] : "";
    }
    return unescaped(text, escape, {field, component, segments_.front()[7], repeat, escape});
  }
  // \F\ \S\ \T\ \R\ \E\ are the separators themselves.
  static std::string unescaped(const std::string& text, char escape, std::array<char, 5> marks) {
    std::string out;
    for (size_t i = 0; i < text.size(); i++) {
      bool whole = text[i] == escape && i + 2 < text.size() && text[i + 2] == escape;
      size_t which = whole ? std::string_view("FSTRE").find(text[i + 1]) : std::string_view::npos;
      if (which == std::string_view::npos) {
        out += text[i];
      } else {
        out += marks[which];
        i += 2;
      }
    }
    return out;
  }
  std::string record_;
  std::vector<std::string> segments_;
  size_t bytes_ = 0;
  bool ended_ = false;
};

}  // namespace

std::string signed_envelope(const Json& envelope) {
  Json bare = envelope;
  bare.erase("cainfo");
  return canonical(bare);
}

std::unique_ptr<BlockSource> mapped_rows(const Plan& plan, ByteSource& bytes, std::span<const Sm2PublicKey> keys) {
  if (plan.format == Format::hl7) return std::make_unique<Hl7Messages>(plan, bytes);
  return std::make_unique<JsonMessages>(plan, bytes, keys);
}

}  // namespace sluice::collect
