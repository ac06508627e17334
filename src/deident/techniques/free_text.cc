#include "deident/techniques/free_text.h"

#include <algorithm>
#include <iterator>

#include "codec/json.h"
#include "deident/plain_text.h"
#include "deident/residual.h"
#include "deident/techniques/cell_forms.h"
#include "deident/techniques/free_text_dates.h"
#include "deident/techniques/free_text_names.h"
#include "deident/techniques/free_text_places.h"
#include "deident/techniques/free_text_words.h"

namespace sluice::deident {

namespace {

using namespace free_text_words;

bool is_han(char32_t c) { return c >= 0x4e00 && c <= 0x9fff; }
bool is_ascii_digit(char32_t c) { return c >= U'0' && c <= U'9'; }
bool is_word(char32_t c) { return is_ascii_digit(c) || (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z'); }
bool has(std::u32string_view set, char32_t c) { return set.find(c) != std::u32string_view::npos; }

// Text as characters with their places in bytes.
struct Characters {
  std::u32string chars{};
  std::vector<size_t> at{};
  explicit Characters(std::string_view text) {
    for (size_t i = 0; i < text.size();) {
      auto b = static_cast<uint8_t>(text[i]);
      size_t n = b < 0x80 ? 1 : b < 0xe0 ? 2 : b < 0xf0 ? 3 : 4;
      char32_t c = n == 1 ? b : b & (0x7fu >> n);
      for (size_t k = 1; k < n; k++) c = c << 6 | (static_cast<uint8_t>(text[i + k]) & 0x3f);
      chars += c;
      at.push_back(i);
      i += n;
    }
    at.push_back(text.size());
  }
  std::u32string_view from(size_t i) const { return std::u32string_view(chars).substr(i); }
};

class EntityFinder {
 public:
  EntityFinder(std::string_view text, const KnownNames* known, KnownNames* learnt) : bytes_(text), text_(text), known_(known), learnt_(learnt) {}

  // Places that look like names and were not taken, after all().
  size_t names_left() const { return possible_names_in(text_.chars, taken_characters()); }

  std::vector<Entity> all() {
    const auto residual = residual_spans(bytes_);
    find_residual(residual);
    find_numbered();
    find_plates();
    find_runs();
    find_dates();
    find_places();
    find_left_addresses(residual);
    find_names();
    std::sort(found_.begin(), found_.end(), [](const Entity& a, const Entity& b) { return a.from < b.from; });
    return found_;
  }

 private:
  bool take_bytes(size_t from, size_t to, EntityKind kind) {
    for (const Entity& other : found_)
      if (from < other.to && other.from < to) return false;
    found_.push_back({from, to, kind});
    return true;
  }

  // What the scan of outputs would find, but for addresses, which are wider than what it sees of them.
  void find_residual(const std::vector<ResidualSpan>& spans) {
    for (const ResidualSpan& s : spans) {
      size_t from = s.from, to = s.to;
      switch (s.type) {
        case ResidualType::id_number: take_bytes(from, to, EntityKind::id_number); break;
        case ResidualType::phone: take_bytes(from, to, EntityKind::phone); break;
        case ResidualType::bank_card: take_bytes(from, to, EntityKind::bank_card); break;
        case ResidualType::email: break;  // find_email knows where it begins
        case ResidualType::social_card:
        case ResidualType::insurance_number:
          while (from > 0 && is_word(static_cast<unsigned char>(bytes_[from - 1]))) from--;
          while (to < bytes_.size() && is_word(static_cast<unsigned char>(bytes_[to]))) to++;
          take_bytes(from, to, EntityKind::number);
          break;
        case ResidualType::person_name:
          if (take_bytes(from, to, EntityKind::person_name)) learn(Characters(bytes_.substr(from, to - from)).chars);
          break;
        case ResidualType::number_plate: take_bytes(from, to, EntityKind::number); break;
        case ResidualType::address: break;
      }
    }
  }
  void find_left_addresses(const std::vector<ResidualSpan>& spans) {
    for (const ResidualSpan& s : spans)
      if (s.type == ResidualType::address) take_bytes(s.from, s.to, EntityKind::address);
  }

  // A number or an account name after a word that says whose: 住院号, 处方号, 医保卡, 微信; whatever ends in 号.
  void find_numbered() {
    const std::u32string& s = text_.chars;
    for (size_t i = 0; i < s.size(); i++) {
      size_t word = s[i] == U'号' && i > 0 && is_han(s[i - 1]) && !has(kNoNumberedThing, s[i - 1]) ? 1 : 0;
      for (auto named : kBeforeNumber)
        if (text_.from(i).starts_with(named)) word = std::max(word, named.size());
      if (word > 0) take_numbered(i, i + word);
    }
  }
  void take_numbered(size_t word, size_t at) {
    const std::u32string& s = text_.chars;
    while (at < s.size() && has(U"：:为是（( 　", s[at])) at++;
    size_t end = at, digits = 0;
    // Groups parted by a blank belong together where they are digits alone.
    auto more = [&](size_t i) { return i > at && i + 1 < s.size() && (has(U"-_", s[i]) ? is_word(s[i + 1]) : s[i] == U' ' && is_ascii_digit(s[i - 1]) && is_ascii_digit(s[i + 1]) && digits >= 4); };
    while (end < s.size() && (is_word(s[end]) || more(end))) digits += is_ascii_digit(s[end++]);
    const bool account = text_.from(word).starts_with(U"微信") || (word >= 2 && text_.from(word - 2).starts_with(U"微信"));
    if (end - at < 4 || (digits < 3 && !(account && end - at >= 6))) return;
    bool passport = end - at == 9 && digits == 8 && has(kPassportLetters, s[at]);
    take(at, end, passport ? EntityKind::passport : EntityKind::number);
  }

  // 粤B12345, 京A·D12345.
  void find_plates() {
    const std::u32string& s = text_.chars;
    for (size_t i = 0; i + 6 < s.size(); i++) {
      if (!has(kPlateRegions, s[i]) || s[i + 1] < U'A' || s[i + 1] > U'Z') continue;
      size_t at = i + 2;
      if (has(kMiddleDots, s[at])) at++;
      size_t end = at, digits = 0;
      while (end < s.size() && ((s[end] >= U'A' && s[end] <= U'Z') || is_ascii_digit(s[end]))) digits += is_ascii_digit(s[end++]);
      if (end - at >= 5 && end - at <= 6 && digits >= 3) take(i, end, EntityKind::number);
    }
  }

  // Characters [from, to); nothing where something was found already.
  bool take(size_t from, size_t to, EntityKind kind) {
    Entity e{text_.at[from], text_.at[to], kind};
    for (const Entity& other : found_)
      if (e.from < other.to && other.from < e.to) return false;
    found_.push_back(e);
    return true;
  }

  void find_runs() {
    const std::u32string& s = text_.chars;
    for (size_t i = 0; i < s.size();) {
      if (s[i] == U'@') find_email(i);
      if (!is_ascii_digit(s[i])) {
        i++;
        continue;
      }
      size_t from = i;
      while (i < s.size() && is_ascii_digit(s[i])) i++;
      classify_run(from, i);
    }
  }

  void classify_run(size_t from, size_t to) {
    const std::u32string& s = text_.chars;
    size_t n = to - from;
    std::string run(bytes_.substr(text_.at[from], n));
    bool x = to < s.size() && (s[to] == U'X' || s[to] == U'x');
    if ((n == 17 && x) || n == 18 || n == 15) {
      take(from, n == 17 ? to + 1 : to, EntityKind::id_number);
    } else if (n == 11 && run[0] == '1' && run[1] >= '3') {
      take(from, to, EntityKind::phone);
    } else if (size_t end = landline_end(from, to)) {
      take(from > 0 && has(U"(（", s[from - 1]) ? from - 1 : from, end, EntityKind::phone);
    } else if ((n == 7 || n == 8) && phone_word_before(from)) {
      take(from, to, EntityKind::phone);
    } else if (n == 16 || n == 19) {
      take(from, to, EntityKind::bank_card);
    } else if (n == 8 && from > 0 && has(kPassportLetters, s[from - 1]) && (from == 1 || !is_word(s[from - 2]))) {
      take(from - 1, to, EntityKind::passport);
    }
  }

  // 0755-26781234, (010)12345678, 010 12345678, 400-800-1234, 02012345678: the end behind [from, to), the first run of digits; 0 when it is none.
  size_t landline_end(size_t from, size_t to) const {
    const std::u32string& s = text_.chars;
    auto run_end = [&](size_t i) {
      while (i < s.size() && is_ascii_digit(s[i])) i++;
      return i;
    };
    const size_t n = to - from;
    if (s[from] == U'0' && s[from + 1] != U'0' && (n == 11 || n == 12) && (phone_word_before(from) || s[from + 1] <= U'2')) return to;
    if (n == 3 && (s[from] == U'4' || s[from] == U'8') && s[from + 1] == U'0' && s[from + 2] == U'0' && to < s.size() && has(U"- ", s[to])) {
      const size_t middle = run_end(to + 1), end = middle < s.size() && has(U"- ", s[middle]) ? run_end(middle + 1) : middle;
      return end - to >= 8 && end - to <= 9 ? end : 0;
    }
    if ((n != 3 && n != 4) || s[from] != U'0' || s[from + 1] == U'0') return 0;
    size_t next = to;
    while (next < s.size() && next - to < 3 && has(U")）-— ", s[next])) next++;
    if (next == to) return 0;
    size_t end = run_end(next);
    if (end < s.size() && (s[end] == U'-' || s[end] == U' ') && end - next == 4 && run_end(end + 1) - end - 1 == 4) end = run_end(end + 1);  // 2678 1234
    const size_t digits = end - next;
    return digits >= 7 && digits <= 9 ? end : 0;
  }
  bool phone_word_before(size_t from) const {
    const std::u32string& s = text_.chars;
    size_t at = from;
    while (at > 0 && from - at < 4 && has(U"：:为是（( 号码", s[at - 1])) at--;
    for (auto word : kBeforePhone)
      if (at >= word.size() && text_.from(at - word.size()).starts_with(word)) return true;
    return false;
  }

  void find_email(size_t at) {
    const std::u32string& s = text_.chars;
    auto part = [](char32_t c) { return is_word(c) || has(U"._-+", c); };
    size_t from = at, to = at + 1;
    while (from > 0 && part(s[from - 1])) from--;
    while (to < s.size() && part(s[to])) to++;
    if (from < at && to > at + 3) take(from, to, EntityKind::email);
  }

  void find_dates() {
    for (auto [from, to] : dates_in(text_.chars)) take(from, to, EntityKind::date);
  }

  void find_places() {
    for (const PlaceSpan& place : places_in(text_.chars)) take(place.from, place.to, place.institution ? EntityKind::institution : EntityKind::address);
  }

  void find_names() {
    const std::u32string_view s = text_.chars;
    std::vector<bool> busy = taken_characters();
    for (const NameSpan& name : names_in(s, busy)) {
      take(name.from, name.to, EntityKind::person_name);
      if (name.whole) learn(s.substr(name.from, name.to - name.from));
    }
    const KnownNames* own = &own_;
    for (const KnownNames* names : {known_, own})
      for (size_t i = 0; names && i < s.size(); i++)
        if (size_t n = names->length_at(s.substr(i))) take(i, i + n, EntityKind::person_name);
  }

  void learn(std::u32string_view name) {
    // 刘 雨欣 is 刘雨欣 elsewhere.
    std::u32string joined(name);
    std::erase_if(joined, [](char32_t c) { return c == U' ' || c == U'\u3000'; });
    for (std::u32string_view form : {name, std::u32string_view(joined)}) {
      own_.add(form);
      if (learnt_) learnt_->add(form);
    }
  }

  std::vector<bool> taken_characters() const {
    std::vector<bool> busy(text_.chars.size());
    for (const Entity& e : found_) {
      auto first = std::lower_bound(text_.at.begin(), text_.at.end(), e.from) - text_.at.begin();
      for (auto i = static_cast<size_t>(first); i < busy.size() && text_.at[i] < e.to; i++) busy[i] = true;
    }
    return busy;
  }

  std::string_view bytes_;
  Characters text_;
  const KnownNames* known_;
  KnownNames* learnt_;
  KnownNames own_;  // of this text
  std::vector<Entity> found_;
};

// The entities of a text as it was written, found in its plain form.
std::vector<Entity> entities_of(std::string_view text, PlainText& plain, const KnownNames* known, KnownNames* learnt, size_t* names_left = nullptr) {
  plain_of(text, plain);
  EntityFinder finder(plain.text, known, learnt);
  std::vector<Entity> found = finder.all();
  if (names_left) *names_left = finder.names_left();
  for (Entity& e : found) {
    e.from = plain.at[e.from];
    e.to = plain.at[e.to];
  }
  return found;
}

// What a token stands for: numbers without what parts their groups, days as they are in the calendar, names without blanks.
std::string token_value(EntityKind kind, std::string_view written) {
  PlainText plain;
  plain_of(written, plain);
  auto without = [&](std::string_view signs) {
    std::string value;
    for (char c : plain.text)
      if (signs.find(c) == std::string_view::npos) value += c;
    return value;
  };
  switch (kind) {
    case EntityKind::id_number: {
      std::string value = without(" -./");
      if (value.ends_with('x')) value.back() = 'X';
      return value;
    }
    case EntityKind::bank_card: return without(" -./");
    case EntityKind::phone: {
      std::string value;
      for (char c : plain.text)
        if (is_ascii_digit(static_cast<unsigned char>(c))) value += c;
      for (std::string_view country : {"0086", "86"})
        if (value.size() == 11 + country.size() && value.starts_with(country)) value.erase(0, country.size());
      if (value.size() >= 10 && value[0] == '0') value.insert(value[1] <= '2' ? 3 : 4, "-");  // behind the area code
      return value;
    }
    case EntityKind::date: return day_written(Characters(plain.text).chars).value_or(plain.text);
    case EntityKind::person_name: return without(" ");
    default: return plain.text;
  }
}

}  // namespace

std::vector<Entity> find_entities(std::string_view text, const KnownNames* known) {
  PlainText plain;
  return entities_of(text, plain, known, nullptr);
}

void FreeText::learn(const CellInput& cell) {
  PlainText plain;
  if (!cell.cell.empty() && is_utf8(cell.cell)) (void)entities_of(cell.cell, plain, nullptr, names_.get());
}

bool FreeText::replace(std::string_view utf8, std::string& out) const {
  static constexpr std::string_view kLabels[] = {"姓名", "证件", "电话", "银行卡", "护照", "邮箱", "地址", "日期", "机构", "编号"};
  constexpr char alphabet[] = "abcdefghijklmnopqrstuvwxyz234567";
  thread_local PlainText plain;
  size_t done = 0;
  size_t names_left = 0;
  auto entities = entities_of(utf8, plain, names_.get(), nullptr, &names_left);
  names_left_ += names_left > 0;
  for (const Entity& e : entities) {
    std::string named(name_of(e.kind));
    named.append(1, '\0').append(token_value(e.kind, utf8.substr(e.from, e.to - e.from)));
    Digest mac = key_.one(view(named));
    out.append(utf8.substr(done, e.from - done)).append("〔").append(kLabels[static_cast<size_t>(e.kind)]).append("-");
    for (size_t i = 0; i < 6; i++) out += alphabet[mac[i] & 31];
    out += "〕";
    done = e.to;
    counts_[static_cast<size_t>(e.kind)]++;
  }
  out += utf8.substr(done);
  return !entities.empty();
}

void FreeText::run(std::span<const CellInput> cells, MaskedCells& out) const {
  for (const CellInput& c : cells) {
    if (c.cell.empty()) {
      out.close(CellOutcome::null);
      continue;
    }
    bool fine = is_utf8(c.cell), found = fine && replace(c.cell, out.text());
    out.close(!fine ? CellOutcome::failed : found ? CellOutcome::masked : CellOutcome::kept);
  }
}

std::map<std::string, uint64_t> FreeText::replaced() const {
  std::map<std::string, uint64_t> out;
  for (size_t i = 0; i < counts_.size(); i++)
    if (uint64_t n = counts_[i].load()) out.emplace(enum_names(EntityKind{})[i], n);
  return out;
}

}  // namespace sluice::deident
