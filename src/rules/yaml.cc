#include "rules/yaml.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <charconv>
#include <cstdlib>
#include <sstream>

namespace sluice::rules {

namespace {

Json plain_scalar(const std::string& text) {
  if (text.empty() || text == "~" || text == "null") return {};
  if (text == "true") return true;
  if (text == "false") return false;
  bool digits = true, fraction = false;
  for (size_t i = text[0] == '-' ? 1 : 0; i < text.size(); i++) {
    if (text[i] == '.' && !fraction && i > 0 && i + 1 < text.size()) {
      fraction = true;
    } else if (text[i] < '0' || text[i] > '9') {
      digits = false;
    }
  }
  if (!digits || text == "-") return text;
  size_t first = text[0] == '-' ? 1 : 0;
  bool leading_zero = text.size() > first + 1 && text[first] == '0' && text[first + 1] != '.';
  if (leading_zero) return text;
  if (fraction) return std::strtod(text.c_str(), nullptr);
  int64_t v = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), v);
  if (error != std::errc() || end != text.data() + text.size()) return text;
  return v;
}

// Builds Json from parser events. After the first refusal it ignores the rest: yaml-cpp has no way to stop but to throw.
class JsonBuilder final : public YAML::EventHandler {
 public:
  Json root;
  std::string_view refusal;
  int line = 0;

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { scalar(mark, anchor, Json()); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override { refuse("yaml.alias", mark); }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, const std::string& value) override {
    if (tag != "?" && tag != "!" && !tag.empty()) return refuse("yaml.alias", mark);
    bool key_wanted = !stack_.empty() && stack_.back().is_map && !stack_.back().has_key;
    scalar(mark, anchor, tag == "!" || key_wanted ? Json(value) : plain_scalar(value));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, false);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, true);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Frame {
    Json value;
    bool is_map = false;
    bool has_key = false;
    std::string key{};
  };

  void refuse(std::string_view reason, const YAML::Mark& mark) {
    if (!refusal.empty()) return;
    refusal = reason;
    line = mark.line + 1;
  }
  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, bool is_map) {
    if (!refusal.empty()) return;
    if (anchor || (tag != "?" && tag != "!" && !tag.empty())) return refuse("yaml.alias", mark);
    if (stack_.size() >= kJsonDepthMax) return refuse("yaml.too_deep", mark);
    if (!stack_.empty() && stack_.back().is_map && !stack_.back().has_key) return refuse("yaml.malformed", mark);
    stack_.push_back({is_map ? Json::object() : Json::array(), is_map});
  }
  void close() {
    if (!refusal.empty() || stack_.empty()) return;
    Json done = std::move(stack_.back().value);
    stack_.pop_back();
    put(std::move(done));
  }
  void scalar(const YAML::Mark& mark, YAML::anchor_t anchor, Json value) {
    if (!refusal.empty()) return;
    if (anchor) return refuse("yaml.alias", mark);
    if (!stack_.empty() && stack_.back().is_map && !stack_.back().has_key) {
      Frame& frame = stack_.back();
      if (!value.is_string()) return refuse("yaml.malformed", mark);
      if (frame.value.find(value.as_string())) return refuse("yaml.duplicate_key", mark);
      frame.key = value.as_string();
      frame.has_key = true;
      return;
    }
    put(std::move(value));
  }
  void put(Json value) {
    if (stack_.empty()) {
      root = std::move(value);
    } else if (stack_.back().is_map) {
      stack_.back().value.set(stack_.back().key, std::move(value));
      stack_.back().has_key = false;
    } else {
      stack_.back().value.push(std::move(value));
    }
  }

  std::vector<Frame> stack_;
};

// yaml-cpp recurses while it scans flow collections; bracket depth is bounded before it sees the text.
bool nests_too_deep(std::string_view text) {
  size_t depth = 0;
  size_t indicators = 0;  // "- - - -" and "? ? ?" nest without brackets
  for (size_t i = 0; i < text.size(); i++) {
    char c = text[i];
    if (c == '[' || c == '{') depth++;
    if ((c == ']' || c == '}') && depth) depth--;
    if (c == '\n') indicators = 0;
    if ((c == '-' || c == '?') && i + 1 < text.size() && text[i + 1] == ' ') indicators++;
    if (depth > 4 * kJsonDepthMax || indicators > 4 * kJsonDepthMax) return true;
  }
  return false;
}

}  // namespace

Result<Json> parse_yaml(std::string_view text, size_t bytes_max) {
  if (text.size() > bytes_max) return fail(Errc::invalid, "yaml.too_large");
  if (!is_utf8(text) || text.find('\0') != std::string_view::npos) return fail(Errc::invalid, "yaml.malformed", "not UTF-8 text");
  if (nests_too_deep(text)) return fail(Errc::invalid, "yaml.too_deep");
  JsonBuilder builder;
  try {
    std::istringstream in{std::string(text)};
    YAML::Parser parser(in);
    if (!parser.HandleNextDocument(builder)) return fail(Errc::invalid, "yaml.malformed", "empty");
    JsonBuilder second;
    if (builder.refusal.empty() && parser.HandleNextDocument(second))
      return fail(Errc::invalid, "yaml.malformed", "more than one document");
  } catch (const YAML::Exception& e) {
    return fail(Errc::invalid, "yaml.malformed", "line " + std::to_string(e.mark.line + 1));
  } catch (const std::exception&) {
    return fail(Errc::invalid, "yaml.malformed");
  }
  if (!builder.refusal.empty()) return fail(Errc::invalid, builder.refusal, "line " + std::to_string(builder.line));
  return std::move(builder.root);
}

}  // namespace sluice::rules
