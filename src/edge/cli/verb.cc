#include "edge/cli/verb.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/clock.h"
#include "base/file.h"
#include "edge/cli/secret_input.h"
#include "edge/cli/space_call.h"
#include "edge/cli/time_words.h"
#include "edge/cli/usage.h"
#include "edge/http/target.h"
#include "edge/messages/catalogue.h"

namespace sluice::cli {

namespace {

constexpr size_t kWordFileBytesMax = 8u << 20;
constexpr int64_t kMomentDaysMax = 3660;
constexpr const char* kPageAtOnce = "limit=200&cursor=";

std::vector<std::string_view> split_words(std::string_view text) {
  std::vector<std::string_view> out;
  for (size_t at = 0; at < text.size();) {
    size_t end = std::min(text.find(' ', at), text.size());
    if (end > at) out.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

bool is_option_name(std::string_view name) { return name.starts_with("--"); }

// "--level5-rows" → level5_rows, "PERSON" → person.
std::string member_of(std::string_view name) {
  if (is_option_name(name)) name.remove_prefix(2);
  std::string out(name);
  for (char& c : out) c = c == '-' ? '_' : c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

WordUse use_of(std::string_view text) {
  WordUse use;
  size_t equals = text.find('=');
  std::string_view name = text.substr(0, equals);
  use.arity = name.ends_with('!') ? Arity::one : name.ends_with('*') ? Arity::many : Arity::optional;
  if (use.arity != Arity::optional) name.remove_suffix(1);
  use.word = find_word(name);
  use.member = equals == std::string_view::npos ? member_of(name) : std::string(text.substr(equals + 1));
  if (!is_option_name(name) && use.arity == Arity::optional) use.arity = Arity::one;
  return use;
}

Json one_or_empty(const Json* json) { return json && json->is_object() ? *json : Json::object(); }

void set_member(Json& body, std::string_view member, Json value) {
  size_t dot = member.find('.');
  if (dot == std::string_view::npos) {
    body.set(member, std::move(value));
    return;
  }
  Json inner = one_or_empty(body.find(member.substr(0, dot)));
  set_member(inner, member.substr(dot + 1), std::move(value));
  body.set(member.substr(0, dot), std::move(inner));
}

bool digits_only(std::string_view text, size_t most) {
  return !text.empty() && text.size() <= most && text.find_first_not_of("0123456789") == std::string_view::npos;
}

Result<Json> parse_moment(const std::string& name, const std::string& text) {
  if (text.ends_with('d') && digits_only(std::string_view(text).substr(0, text.size() - 1), 4)) {
    int64_t days = std::stoll(text);
    if (days >= 1 && days <= kMomentDaysMax) return Json(SystemClock().now() + days * kDayMs);
  }
  constexpr TimeMs kChinaMs = 8 * kHourMs;
  if (auto midnight = from_rfc3339(text + "T00:00:00Z"); text.size() == 10 && midnight) return Json(*midnight + kDayMs - kChinaMs);
  return wants(name, "90d | 2026-12-31");
}

// One word of the command line as the member that it becomes.
Result<Json> value_of(const Word& word, const std::string& text) {
  std::string name(word.name);
  switch (word.takes) {
    case Takes::text: return Json(text);
    case Takes::number:
      if (!digits_only(text, 15)) return wants_number(name);
      return Json(static_cast<int64_t>(std::stoll(text)));
    case Takes::decision:
      if (text != "approve" && text != "refuse") return is_one_of(name, "approve refuse");
      return Json(text == "approve");
    case Takes::seconds: return Json(TRY(seconds_in(name, text)));
    case Takes::moment: return parse_moment(name, text);
    case Takes::json: {
      std::string content = TRY(read_text_file(text, kWordFileBytesMax));
      return parse_json(content, kWordFileBytesMax);
    }
    case Takes::content: return Json(TRY(read_text_file(text, kWordFileBytesMax)));
    case Takes::bytes: return Json(base64(TRY(read_file(text, kWordFileBytesMax))));
    case Takes::yes: return Json(true);
    case Takes::secret: {
      SecretText secret = TRY(read_secret(text.empty() ? std::nullopt : std::optional(text), std::string(word.help) + ": "));
      return Json(secret.reveal("sent to the space's own socket"));
    }
    case Takes::save: break;
  }
  return Json();
}

Status put(Json& body, const WordUse& use, const Args& args) {
  std::vector<std::string> given = args.values(use.word->name);
  // A secret that no file holds is asked for; anything else that was not typed is left to the API.
  if (given.empty() && use.word->takes == Takes::secret && use.arity == Arity::one) given.emplace_back();
  if (use.word->takes == Takes::yes && args.flag(use.word->name)) given.assign(1, "");
  if (given.empty() || use.word->takes == Takes::save) return {};
  if (use.arity == Arity::many) {
    Json list = Json::array();
    for (const std::string& text : given) list.push(TRY(value_of(*use.word, text)));
    set_member(body, use.member, std::move(list));
    return {};
  }
  Json value = TRY(value_of(*use.word, given.front()));
  if (use.member != ".") {
    set_member(body, use.member, std::move(value));
    return {};
  }
  if (!value.is_object()) return fail(Errc::invalid, "record.wrong_kind", given.front());
  for (const auto& [key, inner] : value.as_object())
    if (!body.find(key)) body.set(key, inner);
  return {};
}

std::string target_of(const VerbPlan& plan, const Args& args) {
  std::string out = "/api/v1";
  for (std::string_view rest = plan.target; !rest.empty();) {
    size_t open = rest.find('{');
    out += rest.substr(0, open);
    if (open == std::string_view::npos) break;
    size_t close = rest.find('}', open);
    out += http::percent_encoded(args.value_or(rest.substr(open + 1, close - open - 1), ""));
    rest.remove_prefix(close + 1);
  }
  return out;
}

std::string query_of_words(const Json& body) {
  std::string out;
  for (const auto& [key, value] : body.as_object()) {
    std::string text = value.is_string() ? value.as_string() : canonical(value);
    out += (out.empty() ? "" : "&") + key + "=" + http::percent_encoded(text);
  }
  return out;
}

std::string with_query(const std::string& target, const std::string& query) {
  return query.empty() ? target : target + (target.find('?') == std::string::npos ? "?" : "&") + query;
}

// Every page of a list as one; anything else as it comes.
Result<Json> get_all(SpaceSession& session, const std::string& target, const std::string& query) {
  Json answer = TRY(session.get(with_query(target, query)));
  const Json *first = answer.find("items"), *next = answer.find("next");
  if (!first || !first->is_array() || !next || !next->is_string()) return answer;
  Json items = *first;
  std::string more = next->as_string();
  while (!more.empty()) {
    Json page = TRY(session.get(with_query(with_query(target, query), kPageAtOnce + http::percent_encoded(more))));
    more = page.get_string_or("next", "").value_or("");
    if (const Json* found = page.find("items"); found && found->is_array())
      for (const Json& item : found->as_array()) items.push(item);
  }
  answer.erase("next");
  return answer.set("items", std::move(items));
}

const WordUse* saved_by(const VerbPlan& plan, const Args& args) {
  for (const WordUse& use : plan.words)
    if (use.word->takes == Takes::save && args.value(use.word->name)) return &use;
  return nullptr;
}

// The named member of an answer goes to a file that only its owner reads, and is not said twice.
Result<Json> save_member(Json answer, const WordUse& use, const std::string& path) {
  const Json* member = answer.find(use.member);
  if (!member) return answer;
  TRY(write_file(path, view(member->is_string() ? member->as_string() : pretty(*member) + "\n"), 0600));
  answer.erase(use.member);
  return answer;
}

Result<Json> ask_verb(const VerbPlan& plan, const Args& args) {
  Json body = Json::object();
  for (const WordUse& use : plan.words) TRY(put(body, use, args));
  const WordUse* save = saved_by(plan, args);
  std::string path = save ? *args.value(save->word->name) : std::string();
  SpaceSession session = TRY(SpaceSession::open(args));
  std::string target = target_of(plan, args);
  if (plan.method != http::Method::get) {
    Json answer = TRY(session.ask(plan.method, target, &body));
    return save ? save_member(std::move(answer), *save, path) : answer;
  }
  std::string query = query_of_words(body);
  if (!save) return get_all(session, target, query);
  std::string content = TRY(session.fetch(with_query(target, query)));
  TRY(write_file(path, view(content), 0600));
  return Json::object({{"bytes", content.size()}, {"file", path}});
}

// Texts of others: nothing that steers a terminal.
std::string harmless(std::string text) {
  for (char& c : text)
    if (static_cast<uint8_t>(c) < 0x20 || c == 0x7f) c = ' ';
  return text;
}

std::string text_member(const Json& object, std::string_view name) {
  const Json* value = object.find(name);
  if (value && value->is_int() && name.ends_with("_ms")) return rfc3339(value->as_int()).substr(0, 16);
  return value && value->is_string() ? harmless(value->as_string()) : std::string();
}

constexpr size_t kCellWidthMax = 60;

bool starts_character(char c) { return (static_cast<uint8_t>(c) & 0xC0) != 0x80; }

size_t width_of(std::string_view text) {
  size_t width = 0;
  for (char c : text)
    if (starts_character(c)) width += static_cast<uint8_t>(c) >= 0xE3 ? 2 : 1;  // from U+3000 on: wide
  return width;
}

std::string cut(std::string text) {
  size_t width = 0;
  for (size_t i = 0; i < text.size(); i++) {
    if (!starts_character(text[i])) continue;
    width += static_cast<uint8_t>(text[i]) >= 0xE3 ? 2 : 1;
    if (width > kCellWidthMax) return text.substr(0, i) + "…";
  }
  return text;
}

std::string named(const Json& answer, const Json& object, const std::string& text) {
  for (const Json* holder : {&object, &answer}) {
    const Json* names = holder->find("names");
    std::string name = names && names->is_object() ? names->get_string_or(text, "").value_or("") : "";
    if (!name.empty()) return name + " " + text;
  }
  return text;
}

std::string cell_of(const Json& answer, const Json& object, std::string_view name) {
  const Json* value = object.find(name);
  if (!value || value->is_null()) return {};
  if (value->is_string()) return cut(harmless(named(answer, object, value->as_string())));
  if (value->is_int() && name.ends_with("_ms")) return value->as_int() == 0 ? "" : rfc3339(value->as_int()).substr(0, 16);
  if (value->is_int()) return std::to_string(value->as_int());
  bool zh = language_of_environment() == Language::zh;
  if (value->is_bool()) return value->as_bool() ? (zh ? "是" : "yes") : (zh ? "否" : "no");
  if (!value->is_array()) return cut(harmless(canonical(*value)));
  std::string out;
  for (const Json& one : value->as_array())
    out += (out.empty() ? "" : ", ") + (one.is_string() ? named(answer, object, one.as_string()) : one.is_object() ? one.get_string_or("id", canonical(one)).value_or("") : canonical(one));
  return cut(harmless(out));
}

// An object without an id: what can be said of it in words.
std::string line_of_members(const Json& object) {
  std::string line;
  if (!object.is_object()) return canonical(object);
  for (const auto& [name, value] : object.as_object()) {
    std::string text = text_member(object, name);
    if (text.empty() && (value.is_int() || value.is_bool())) text = canonical(value);
    const Json* names = object.find("names");
    std::string known = names && names->is_object() ? harmless(names->get_string_or(text, "").value_or("")) : "";
    if (!text.empty()) line += (line.empty() ? "" : "  ") + name + " " + (known.empty() ? text : known + " " + text);
  }
  return line.empty() ? canonical(object) : line;
}

// An object of a list on one line: its id, its state, what it is, its name, when it is due.
std::string line_of(const Json& object) {
  std::string line;
  for (std::string_view name : {"id", "object", "version", "release"})
    if (line.empty()) line = text_member(object, name);
  for (std::string_view name : {"status", "kind", "what", "work", "account", "display_name", "title", "name", "number", "party_name", "due_ms"})
    if (std::string text = text_member(object, name); !text.empty()) line += (line.empty() ? "" : "  ") + text;
  if (const Json* form = object.find("form"); form && form->is_object())
    for (std::string_view name : {"name", "title", "purpose"})
      if (std::string text = text_member(*form, name); !text.empty()) line += "  " + text;
  return line.empty() ? line_of_members(object) : line;
}

bool waits(const Verb& verb, const Json& answer) {
  std::string status = text_member(answer, "status");
  std::vector<std::string_view> states = split_words(verb.waits);
  return !status.empty() && std::find(states.begin(), states.end(), status) != states.end();
}

int run_verb(const Args& args) {
  const Verb* verb = find_verb(args.path_);
  auto answer = ask_verb(plan_of(*verb), args);
  if (!answer) return report(answer.error(), args);
  if (answer->is_object()) answer->erase("csrf");  // lets somebody act in the session: it stays in the session's file
  print_answer(*answer, args);
  return waits(*verb, *answer) ? exit_code(Errc::pending) : 0;
}

}  // namespace

void print_answer(const Json& answer, const Args& args) {
  const Json* items = answer.find("items");
  if (args.json()) {
    fmt::print("{}\n", canonical(answer));
  } else if (items && items->is_array()) {
    if (items->as_array().empty()) fmt::print(stderr, "{}\n", language_of_environment() == Language::zh ? "没有可显示的内容" : "nothing to show");
    for (const Json& item : items->as_array()) fmt::print("{}\n", line_of(item));
  } else if (!answer.is_object() || !answer.as_object().empty()) {
    fmt::print("{}\n", pretty(answer));
  }
}

void print_table(const Json& answer, std::string_view member, std::initializer_list<TableColumn> columns, std::string_view heading, std::string_view heading_zh) {
  bool zh = language_of_environment() == Language::zh;
  const Json* list = answer.find(member);
  std::vector<std::vector<std::string>> rows(1);
  for (const TableColumn& column : columns) rows.front().emplace_back(zh ? column.title_zh : column.title);
  if (list && list->is_array())
    for (const Json& object : list->as_array()) {
      rows.emplace_back();
      for (const TableColumn& column : columns) rows.back().push_back(cell_of(answer, object, column.name));
    }
  if (!heading.empty()) fmt::print("{} ({})\n", zh ? heading_zh : heading, rows.size() - 1);
  if (rows.size() == 1) {
    fmt::print("{}\n", zh ? "没有可显示的内容（或以 --as 指明有权查看的账号）" : "nothing to show (or name an account that may see it: --as)");
    return;
  }
  for (const auto& row : rows) {
    std::string line;
    size_t to = 0;
    for (size_t c = 0; c < columns.size(); c++) {
      size_t widest = 0;
      for (const auto& other : rows) widest = std::max(widest, width_of(other[c]));
      line += row[c];
      to += widest + 2;
      if (c + 1 < columns.size()) line.append(to - width_of(line), ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    fmt::print("{}\n", line);
  }
}

VerbPlan plan_of(const Verb& verb) {
  VerbPlan plan;
  size_t space = verb.asks.find(' ');
  std::string_view method = verb.asks.substr(0, space);
  plan.method = method == "GET" ? http::Method::get : method == "DELETE" ? http::Method::remove : http::Method::post;
  plan.target = verb.asks.substr(space + 1);
  for (std::string_view rest = plan.target; rest.find('{') != std::string_view::npos;) {
    rest.remove_prefix(rest.find('{') + 1);
    plan.of_path.push_back(rest.substr(0, rest.find('}')));
  }
  for (std::string_view word : split_words(verb.words)) plan.words.push_back(use_of(word));
  return plan;
}

const Verb* find_verb(std::string_view path) {
  for (auto verbs : {person_verbs(), work_verbs(), trade_verbs(), data_verbs()})
    for (const Verb& verb : verbs)
      if (verb.path == path) return &verb;
  return nullptr;
}

Command command_of(const Verb& verb) {
  VerbPlan plan = plan_of(verb);
  Command command{.path = verb.path, .summary = verb.summary, .summary_zh = verb.summary_zh, .options = {}, .positionals = {}, .run = run_verb, .asks = verb.asks};
  for (std::string_view name : plan.of_path) {
    const Word* word = find_word(name);
    command.positionals.push_back({word->name, word->help, Arity::one, word->help_zh});
  }
  for (const WordUse& use : plan.words) {
    // A secret can always be asked for instead.
    Arity arity = use.word->takes == Takes::secret ? Arity::optional : use.arity;
    if (is_option_name(use.word->name)) command.options.push_back({use.word->name, use.word->value, use.word->help, arity, use.word->help_zh});
    if (!is_option_name(use.word->name)) command.positionals.push_back({use.word->name, use.word->help, arity, use.word->help_zh});
  }
  for (const Option& option : space_options()) command.options.push_back(option);
  command.options.push_back({"--json", "", "answer as JSON, on one line", Arity::optional, "输出一行 JSON"});
  return command;
}

}  // namespace sluice::cli
