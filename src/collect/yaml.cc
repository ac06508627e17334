// YAML as Json: the only place that touches yaml-cpp. The event form of the parser is used, so that nothing is built
// from an alias and depth is known before it is spent.
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <charconv>
#include <sstream>

#include "collect/plan.h"

namespace sluice::collect {

namespace {

constexpr size_t kYamlBytesMax = 1u << 20;
constexpr size_t kYamlDepthMax = 32;
constexpr size_t kYamlNodesMax = 100'000;

struct YamlRefusal {
  std::string_view reason;
  int line;
};

Json plain_scalar(const std::string& value) {
  if (value.empty() || value == "null" || value == "~") return Json();
  if (value == "true") return Json(true);
  if (value == "false") return Json(false);
  bool leading_zero = value.size() > 1 && value[0] == '0';  // 01 is a code, not a number
  int64_t n;
  auto [end, ec] = std::from_chars(value.data(), value.data() + value.size(), n);
  if (!leading_zero && ec == std::errc() && end == value.data() + value.size()) return Json(n);
  return Json(value);
}

// Builds Json bottom-up from the events. Refusals travel as an exception through yaml-cpp's stack and end in
// yaml_to_json.
class JsonBuilder final : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override { put(Json(), mark); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override { throw YamlRefusal{"yaml.alias", mark.line + 1}; }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t, const std::string& value) override {
    put(tag == "!" ? Json(value) : plain_scalar(value), mark);
    if (tag == "!") return;
    if (!open_.empty() && open_.back().key_pending) open_.back().key = value;  // a key stays as it is written
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {
    start(Json::array(), mark);
  }
  void OnSequenceEnd() override { finish(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {
    start(Json::object(), mark);
  }
  void OnMapEnd() override { finish(); }

  Json root;

 private:
  struct Open {
    Json value;
    std::string key;
    bool key_pending = false;
    int line = 0;
  };

  void start(Json value, const YAML::Mark& mark) {
    if (open_.size() >= kYamlDepthMax) throw YamlRefusal{"yaml.too_deep", mark.line + 1};
    if (!open_.empty() && open_.back().value.is_object() && !open_.back().key_pending)
      throw YamlRefusal{"yaml.malformed", mark.line + 1};  // a collection as a key
    open_.push_back({std::move(value), {}, false, mark.line + 1});
  }
  void finish() {
    Json done = std::move(open_.back().value);
    YAML::Mark mark;
    mark.line = open_.back().line - 1;
    open_.pop_back();
    put(std::move(done), mark);
  }
  void put(Json value, const YAML::Mark& mark) {
    if (++nodes_ > kYamlNodesMax) throw YamlRefusal{"yaml.too_large", mark.line + 1};
    if (open_.empty()) {
      root = std::move(value);
      return;
    }
    Open& top = open_.back();
    if (top.value.is_array()) {
      top.value.push(std::move(value));
    } else if (!top.key_pending) {
      if (value.is_array() || value.is_object()) throw YamlRefusal{"yaml.malformed", mark.line + 1};
      top.key = value.is_string() ? value.as_string() : canonical(value);
      top.key_pending = true;
    } else {
      if (top.value.find(top.key)) throw YamlRefusal{"yaml.duplicate_key", mark.line + 1};
      top.value.set(top.key, std::move(value));
      top.key_pending = false;
    }
  }

  std::vector<Open> open_;
  size_t nodes_ = 0;
};

// The deepest nesting that brackets and indentation could mean; yaml-cpp recurses, so it is bounded beforehand.
bool brackets_too_deep(std::string_view text) {
  size_t depth = 0, dashes = 0;
  for (char c : text) {
    if (c == '[' || c == '{') depth++;
    if ((c == ']' || c == '}') && depth > 0) depth--;
    if (c == '-' || c == ' ' || c == '?') {
      dashes += c != ' ';
    } else {
      dashes = 0;
    }
    if (depth > 4 * kYamlDepthMax || dashes > 4096) return true;
  }
  return false;
}

}  // namespace

Result<Json> yaml_to_json(std::string_view text) {
  if (text.size() > kYamlBytesMax) return fail(Errc::invalid, "yaml.too_large");
  if (!is_utf8(text) || text.find('\0') != std::string_view::npos) return fail(Errc::invalid, "yaml.malformed", "not UTF-8 text");
  if (brackets_too_deep(text)) return fail(Errc::invalid, "yaml.too_deep");
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    JsonBuilder builder;
    if (!parser.HandleNextDocument(builder)) return fail(Errc::invalid, "yaml.malformed", "no document");
    JsonBuilder second;
    if (parser.HandleNextDocument(second) && !second.root.is_null()) return fail(Errc::invalid, "yaml.malformed", "more than one document");
    return std::move(builder.root);
  } catch (const YamlRefusal& refusal) {
    return fail(Errc::invalid, refusal.reason, "line " + std::to_string(refusal.line));
  } catch (const YAML::Exception& e) {
    // Its text may quote the input: only the place is passed on.
    return fail(Errc::invalid, "yaml.malformed", "line " + std::to_string(e.mark.line + 1));
  } catch (const std::exception&) {
    return fail(Errc::invalid, "yaml.malformed");
  }
}

}  // namespace sluice::collect
