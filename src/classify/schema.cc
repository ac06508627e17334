#include "classify/schema.h"

#include <algorithm>
#include <map>

#include "base/limits.h"
#include "codec/csv.h"

namespace sluice::classify {

namespace {

constexpr size_t kSchemaBytesMax = 64u << 20;
constexpr size_t kSchemaColumnsMax = 100'000;

enum class Kind { word, quoted, text, number, sign, end };

struct Token {
  Kind kind = Kind::end;
  std::string text;
  size_t line = 0;
  bool is(char c) const { return kind == Kind::sign && text[0] == c; }
  bool is_word(std::string_view upper) const {
    if (kind != Kind::word || text.size() != upper.size()) return false;
    return std::equal(text.begin(), text.end(), upper.begin(), [](char a, char b) { return (a >= 'a' && a <= 'z' ? a - 32 : a) == b; });
  }
  bool is_name() const { return kind == Kind::word || kind == Kind::quoted; }
};

std::string cut(std::string_view text) {
  std::string out(text.substr(0, kNameBytesMax));
  while (!out.empty() && !is_utf8(out)) out.pop_back();
  return out;
}

// One token at a time over the dialects; remembers the `--` or `#` comment of each line it has passed.
class SqlLexer {
 public:
  explicit SqlLexer(std::string_view text) : text_(text) {}

  Token next() {
    skip_blank();
    Token t{.kind = Kind::end, .text = {}, .line = line_};
    if (at_ >= text_.size()) return t;
    char c = text_[at_];
    if (c == '\'') return literal('\'', Kind::text);
    if (c == '"') return literal('"', Kind::quoted);
    if (c == '`') return literal('`', Kind::quoted);
    if (c == '[') return bracketed();
    if ((c == 'N' || c == 'n' || c == 'E' || c == 'e') && peek(1) == '\'') {
      at_++;
      return literal('\'', Kind::text);
    }
    if (c == '$' && dollar_quoted(t)) return t;
    if (is_word_char(c)) {
      size_t start = at_;
      while (at_ < text_.size() && is_word_char(text_[at_])) at_++;
      t.kind = c >= '0' && c <= '9' ? Kind::number : Kind::word;
      t.text = cut(text_.substr(start, at_ - start));
      return t;
    }
    at_++;
    t.kind = Kind::sign;
    t.text = std::string(1, c);
    return t;
  }

  // The comment that ends `line`, if the lexer has passed it.
  std::string line_comment(size_t line) const {
    auto it = comments_.find(line);
    return it == comments_.end() ? std::string() : it->second;
  }
  // Looks at the rest of the current line for a comment, so that the one behind a comma is known with its column.
  void pass_blank() { skip_blank(); }
  void forget_comments() { comments_.clear(); }

 private:
  char peek(size_t n) const { return at_ + n < text_.size() ? text_[at_ + n] : '\0'; }
  static bool is_word_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$' || c == '#' || c == '@' ||
           static_cast<uint8_t>(c) >= 0x80;
  }
  void skip_blank() {
    while (at_ < text_.size()) {
      char c = text_[at_];
      if (c == '\n') {
        line_++;
        at_++;
      } else if (c == ' ' || c == '\t' || c == '\r') {
        at_++;
      } else if (c == '-' && peek(1) == '-') {
        size_t start = at_ + 2;
        at_ = std::min(text_.find('\n', at_), text_.size());
        std::string_view comment = text_.substr(start, at_ - start);
        while (!comment.empty() && (comment.front() == ' ' || comment.front() == '-' || comment.front() == '\t')) comment.remove_prefix(1);
        while (!comment.empty() && (comment.back() == ' ' || comment.back() == '\r')) comment.remove_suffix(1);
        comments_[line_] = cut(comment);
      } else if (c == '/' && peek(1) == '*') {
        size_t end = text_.find("*/", at_ + 2);
        end = end == std::string_view::npos ? text_.size() : end + 2;
        line_ += static_cast<size_t>(std::count(text_.begin() + static_cast<ptrdiff_t>(at_), text_.begin() + static_cast<ptrdiff_t>(end), '\n'));
        at_ = end;
      } else {
        break;
      }
    }
  }
  Token literal(char quote, Kind kind) {
    Token t{.kind = kind, .text = {}, .line = line_};
    for (at_++; at_ < text_.size(); at_++) {
      char c = text_[at_];
      if (c == '\n') line_++;
      if (c == '\\' && quote == '\'' && (peek(1) == '\'' || peek(1) == '\\')) {
        c = text_[++at_];
      } else if (c == quote) {
        if (peek(1) != quote) {
          at_++;
          break;
        }
        at_++;
      }
      if (t.text.size() < 2 * kNameBytesMax) t.text += c;
    }
    t.text = cut(t.text);
    return t;
  }
  Token bracketed() {
    Token t{.kind = Kind::quoted, .text = {}, .line = line_};
    size_t end = text_.find_first_of("]\n", at_);
    if (end == std::string_view::npos || text_[end] == '\n') {
      at_++;
      t.kind = Kind::sign;
      t.text = "[";
      return t;
    }
    t.text = cut(text_.substr(at_ + 1, end - at_ - 1));
    at_ = end + 1;
    return t;
  }
  bool dollar_quoted(Token& t) {
    size_t tag_end = text_.find('$', at_ + 1);
    if (tag_end == std::string_view::npos || tag_end - at_ > 64) return false;
    std::string_view tag = text_.substr(at_, tag_end - at_ + 1);
    for (char c : tag.substr(1, tag.size() - 2))
      if (!is_word_char(c)) return false;
    size_t end = text_.find(tag, tag_end + 1);
    end = end == std::string_view::npos ? text_.size() : end + tag.size();
    line_ += static_cast<size_t>(std::count(text_.begin() + static_cast<ptrdiff_t>(at_), text_.begin() + static_cast<ptrdiff_t>(end), '\n'));
    at_ = end;
    t.kind = Kind::text;
    return true;
  }

  std::string_view text_;
  size_t at_ = 0, line_ = 1;
  std::map<size_t, std::string> comments_;
};

bool starts_constraint(const Token& t) {
  for (std::string_view w : {"PRIMARY", "UNIQUE", "CONSTRAINT", "INDEX", "FOREIGN", "CHECK", "FULLTEXT", "SPATIAL", "EXCLUDE", "LIKE", "SUPPLEMENTAL", "KEY", "PERIOD"})
    if (t.is_word(w)) return true;
  return false;
}

bool ends_type(const Token& t) {
  for (std::string_view w : {"NOT", "NULL", "DEFAULT", "COMMENT", "PRIMARY", "UNIQUE", "AUTO_INCREMENT", "CONSTRAINT", "REFERENCES", "CHECK", "COLLATE",
                             "IDENTITY", "GENERATED", "ON", "ENABLE", "CHARACTER"})
    if (t.is_word(w)) return true;
  return false;
}

class SchemaReader {
 public:
  explicit SchemaReader(std::string_view text) : lexer_(text) {}

  Result<std::vector<FieldInput>> read() {
    for (token_ = lexer_.next(); token_.kind != Kind::end;) {
      if (token_.is_word("CREATE")) {
        TRY(create());
      } else if (token_.is_word("COMMENT")) {
        comment_on();
      } else if (token_.is_word("EXEC") || token_.is_word("EXECUTE")) {
        extended_property();
      } else {
        skip_statement();
      }
    }
    return finish();
  }

 private:
  void advance() { token_ = lexer_.next(); }
  void skip_statement() {
    while (token_.kind != Kind::end && !token_.is(';') && !token_.is_word("GO")) advance();
    if (token_.kind != Kind::end) advance();
    lexer_.forget_comments();
  }
  // a.b.c → its parts.
  std::vector<std::string> dotted_name() {
    std::vector<std::string> parts;
    while (token_.is_name() && parts.size() < 5) {
      parts.push_back(token_.text);
      advance();
      if (!token_.is('.')) break;
      advance();
    }
    return parts;
  }

  Status create() {
    advance();
    while (token_.is_word("GLOBAL") || token_.is_word("TEMPORARY") || token_.is_word("TEMP") || token_.is_word("UNLOGGED") || token_.is_word("EXTERNAL"))
      advance();
    if (!token_.is_word("TABLE")) {
      skip_statement();
      return {};
    }
    advance();
    if (token_.is_word("IF"))
      for (int i = 0; i < 3; i++) advance();
    auto name = dotted_name();
    if (name.empty() || !token_.is('(')) {
      skip_statement();
      return {};
    }
    table_ = name.back();
    table_comments_.try_emplace(table_);
    advance();
    while (token_.kind != Kind::end && !token_.is(')')) {
      TRY(column());
      if (token_.is(',')) {
        size_t line = token_.line;
        advance();  // passes the line's comment too
        late_comment(line);
      }
    }
    if (token_.is(')')) {
      size_t line = token_.line;
      advance();
      late_comment(line);
    }
    table_options();
    return {};
  }

  void late_comment(size_t line) {
    if (!last_column_) return;
    FieldInput& f = fields_[*last_column_];
    if (f.comment.empty() && last_line_ == line) f.comment = lexer_.line_comment(line);
    last_column_.reset();
  }

  Status column() {
    Token first = token_;
    bool named = first.is_name() && (first.kind == Kind::quoted || !starts_constraint(first));
    FieldInput f;
    f.table = table_;
    f.column = first.text;
    if (named) advance();
    bool in_type = named;
    size_t depth = 0, last_line = first.line;
    while (token_.kind != Kind::end && (depth > 0 || (!token_.is(',') && !token_.is(')')))) {
      if (depth == 0 && token_.is(';')) break;
      last_line = token_.line;
      if (token_.is('(')) depth++;
      if (token_.is(')') && depth > 0) depth--;
      if (depth == 0 && ends_type(token_)) in_type = false;
      if (in_type && f.type.size() < 80) f.type += token_.is('(') || token_.is(')') || token_.is(',') || f.type.empty() || f.type.ends_with('(') || f.type.ends_with(',') ? token_.text : " " + token_.text;
      if (named && depth == 0 && token_.is_word("COMMENT")) {
        advance();
        if (token_.kind == Kind::text || token_.kind == Kind::quoted) f.comment = token_.text;
      }
      advance();
    }
    if (token_.is(';')) advance();
    if (!named || f.column.empty()) {
      last_column_.reset();
      if (token_.kind != Kind::end && !token_.is(',') && !token_.is(')') && !first.is_name()) advance();
      return {};
    }
    if (fields_.size() >= kSchemaColumnsMax) return fail(Errc::invalid, "schema.too_large");
    last_column_ = fields_.size();
    last_line_ = last_line;
    index_[table_][f.column] = fields_.size();
    fields_.push_back(std::move(f));
    return {};
  }

  void table_options() {
    while (token_.kind != Kind::end && !token_.is(';') && !token_.is_word("GO") && !token_.is_word("CREATE")) {
      if (token_.is_word("COMMENT")) {
        advance();
        if (token_.is_word("ON")) {  // a statement of its own, the semicolon was forgotten
          comment_target();
          continue;
        }
        if (token_.is('=')) advance();
        if (token_.kind == Kind::text) table_comments_[table_] = token_.text;
      }
      if (token_.kind != Kind::end) advance();
    }
    if (token_.is(';')) advance();
    lexer_.forget_comments();
  }

  void comment_on() {
    advance();
    if (token_.is_word("ON")) comment_target();
    skip_statement();
  }
  void comment_target() {
    advance();
    bool on_table = token_.is_word("TABLE"), on_column = token_.is_word("COLUMN");
    if (!on_table && !on_column) return;
    advance();
    auto name = dotted_name();
    if (!token_.is_word("IS") || name.empty()) return;
    advance();
    if (token_.kind != Kind::text) return;
    if (on_table) {
      table_comments_[name.back()] = token_.text;
    } else if (name.size() >= 2) {
      column_comments_[name[name.size() - 2]][name.back()] = token_.text;
    }
    advance();
  }
  void extended_property() {
    std::vector<std::string> texts;
    while (token_.kind != Kind::end && !token_.is(';') && !token_.is_word("GO") && texts.size() < 16) {
      if (token_.kind == Kind::text) texts.push_back(token_.text);
      advance();
      if (token_.is_word("EXEC") || token_.is_word("EXECUTE") || token_.is_word("CREATE")) break;
    }
    auto after = [&](std::string_view word) -> std::string {
      for (size_t i = 2; i + 1 < texts.size(); i++) {
        std::string upper = texts[i];
        for (char& c : upper)
          if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
        if (upper == word) return texts[i + 1];
      }
      return {};
    };
    if (texts.size() < 4 || texts[0] != "MS_Description") return;
    std::string table = after("TABLE"), column = after("COLUMN");
    if (!table.empty() && column.empty()) table_comments_[table] = texts[1];
    if (!table.empty() && !column.empty()) column_comments_[table][column] = texts[1];
  }

  Result<std::vector<FieldInput>> finish() {
    if (fields_.empty()) return fail(Errc::invalid, "schema.no_tables");
    for (auto& [table, columns] : column_comments_) {
      auto known = index_.find(table);
      if (known == index_.end()) continue;
      for (auto& [column, comment] : columns)
        if (auto at = known->second.find(column); at != known->second.end()) fields_[at->second].comment = comment;
    }
    for (auto& f : fields_) f.table_comment = table_comments_[f.table];
    return std::move(fields_);
  }

  SqlLexer lexer_;
  Token token_;
  std::string table_;
  std::vector<FieldInput> fields_;
  std::optional<size_t> last_column_;
  size_t last_line_ = 0;
  std::map<std::string, std::string> table_comments_;
  std::map<std::string, std::map<std::string, size_t>> index_;
  std::map<std::string, std::map<std::string, std::string>> column_comments_;
};

Result<std::string> to_utf8(std::string_view text) {
  if (text.size() > kSchemaBytesMax) return fail(Errc::invalid, "schema.too_large");
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  if (text.find('\0') != std::string_view::npos) return fail(Errc::invalid, "schema.not_text");
  if (is_utf8(text)) return std::string(text);
  auto converted = gb18030_to_utf8(text);
  if (!converted) return fail(Errc::invalid, "schema.not_text");
  return std::move(*converted);
}

}  // namespace

Result<std::vector<FieldInput>> read_sql_schema(std::string_view text) {
  std::string utf8 = TRY(to_utf8(text));
  return SchemaReader(utf8).read();
}

Result<std::vector<FieldInput>> read_field_list(std::string_view text) {
  std::string utf8 = TRY(to_utf8(text));
  auto source = bytes_of_memory(utf8);
  CsvReader reader = TRY(CsvReader::open(*source, CsvDialect{}));
  std::map<std::string, size_t> at;
  for (size_t i = 0; i < reader.header().size(); i++) at.emplace(reader.header()[i], i);
  if (!at.contains("column")) return fail(Errc::invalid, "schema.no_column_field");
  std::vector<FieldInput> out;
  while (const CsvBlock* block = TRY(reader.next())) {
    if (out.size() + block->rows > kSchemaColumnsMax) return fail(Errc::invalid, "schema.too_large");
    for (size_t r = 0; r < block->rows; r++) {
      auto cell = [&](const char* name) { return at.contains(name) ? cut(block->cell(r, at[name])) : std::string(); };
      FieldInput f;
      f.table = cell("table");
      f.table_comment = cell("table_comment");
      f.column = cell("column");
      f.type = cell("type");
      f.comment = cell("comment");
      out.push_back(std::move(f));
    }
  }
  if (out.empty()) return fail(Errc::invalid, "schema.no_tables");
  return out;
}

}  // namespace sluice::classify
