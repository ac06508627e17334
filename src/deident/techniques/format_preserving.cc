#include "deident/techniques/format_preserving.h"

#include <algorithm>

#include "base/clock.h"
#include "crypto/hash.h"
#include "deident/techniques/cell_forms.h"
#include "deident/techniques/division_rank.h"
#include "standard/codes.h"

namespace sluice::deident {

// Where the enciphered characters go: a copy of the cell, the rank of what it held, and the domain of the rank.
struct FormatPreserving::Form {
  std::string text{};
  Wide rank = 0, size = 0;
  uint32_t variant = 0;  // tells domains of equal size apart
  uint32_t span = 0;     // id_number: which span of births
  bool plain_side = true;
};

namespace {

using Form = FormatPreserving::Form;

Wide power_of_10(size_t n) {
  Wide p = 1;
  while (n-- > 0) p *= 10;
  return p;
}

Wide number_of(std::string_view digits) {
  Wide v = 0;
  for (char c : digits) v = v * 10 + static_cast<unsigned>(c - '0');
  return v;
}

void write_number(Wide v, char* to, size_t n) {
  while (n-- > 0) {
    to[n] = static_cast<char>('0' + static_cast<int>(v % 10));
    v /= 10;
  }
}

// Births in spans: before 2000, 2000 to 2019, then each year alone.
struct BirthSpan {
  int64_t first_day, days;
};
BirthSpan birth_span(uint32_t span) {
  int from = span == 0 ? 1900 : span == 1 ? 2000 : 2018 + static_cast<int>(span);
  int to = span == 0 ? 2000 : span == 1 ? 2020 : from + 1;
  int64_t first = days_from_civil(from, 1, 1);
  return {first, days_from_civil(to, 1, 1) - first};
}
std::optional<uint32_t> span_of_year(int year) {
  if (year < 1900 || year > 2099) return std::nullopt;
  return year < 2000 ? 0u : year < 2020 ? 1u : static_cast<uint32_t>(year - 2018);
}

constexpr Wide kSequences = 999;  // 000 is the masked form's

bool read_id(std::string_view cell, Form& form) {
  if (cell.size() != 18 || !digits_only(cell.substr(0, 17))) return false;
  char last = cell[17] == 'x' ? 'X' : cell[17];
  if (id_check_digit(cell.substr(0, 17)) != last) return false;
  int year = digits_value(cell.substr(6, 4)), month = digits_value(cell.substr(10, 2)), day = digits_value(cell.substr(12, 2));
  int sequence = digits_value(cell.substr(14, 3));
  auto span = span_of_year(year);
  auto area = form.plain_side ? assignable_rank(cell.substr(0, 6)) : nobody_rank(cell.substr(0, 6));
  if (!span || !area || *area >= kDivisions || !is_civil_date(year, month, day) || sequence == 0) return false;
  BirthSpan births = birth_span(*span);
  Wide birth = static_cast<Wide>(days_from_civil(year, month, day) - births.first_day);
  form.text.assign(cell);
  form.span = form.variant = *span;
  form.size = Wide{kDivisions} * static_cast<Wide>(births.days) * kSequences;
  form.rank = (Wide{*area} * static_cast<Wide>(births.days) + birth) * kSequences + static_cast<Wide>(sequence - 1);
  return true;
}

void write_id(Form& form) {
  BirthSpan births = birth_span(form.span);
  char* to = form.text.data();
  write_number(form.rank % kSequences + 1, to + 14, 3);
  Wide rest = form.rank / kSequences;
  CivilDate d = civil_from_days(births.first_day + static_cast<int64_t>(rest % static_cast<Wide>(births.days)));
  write_number(static_cast<Wide>(d.year), to + 6, 4);
  write_number(static_cast<Wide>(d.month), to + 10, 2);
  write_number(static_cast<Wide>(d.day), to + 12, 2);
  auto area = static_cast<uint32_t>(rest / static_cast<Wide>(births.days));
  form.plain_side ? put_nobody(area, to) : put_assignable(area, to);
  to[17] = id_check_digit({to, 17});
}

size_t phone_start(std::string_view cell) { return cell.starts_with("+86") ? 3 : cell.size() == 13 && cell.starts_with("86") ? 2 : 0; }

bool read_phone(std::string_view cell, Form& form) {
  std::string_view number = cell.substr(phone_start(cell));
  if (number.size() != 11 || !digits_only(number) || number[0] != '1' || number[1] < '3') return false;
  form.text.assign(cell);
  form.size = 7 * power_of_10(9);
  form.rank = number_of(number.substr(1)) - 3 * power_of_10(9);
  return true;
}
void write_phone(Form& form) { write_number(form.rank + 3 * power_of_10(9), form.text.data() + phone_start(form.text) + 1, 10); }

bool read_card(std::string_view cell, size_t first, Form& form) {
  if (cell.size() < 13 || cell.size() > 19 || !digits_only(cell) || !passes_luhn(cell)) return false;
  form.text.assign(cell);
  form.size = power_of_10(cell.size() - 1 - first);
  form.variant = static_cast<uint32_t>(number_of(cell.substr(0, first)) & 4095);  // issuers rarely share a permutation; bounded memory
  form.rank = number_of(cell.substr(first, cell.size() - 1 - first));
  return true;
}
void write_card(Form& form, size_t first) {
  write_number(form.rank, form.text.data() + first, form.text.size() - 1 - first);
  form.text.back() = '0';
  while (!passes_luhn(form.text)) form.text.back()++;
}

bool read_digits(std::string_view cell, Form& form) {
  if (!digits_only(cell) || cell.size() > 30) return false;
  form.text.assign(cell);
  form.size = power_of_10(cell.size());
  form.rank = number_of(cell);
  return true;
}

// The radix of a character that a code enciphers: 10, 26, or 0 for one that stays.
unsigned radix_of(char c) { return c >= '0' && c <= '9' ? 10 : (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ? 26 : 0; }
// What may stand between them: of a Chinese word nothing would be enciphered. (What was enciphered when more was let through is restored all the same.)
bool is_separator(char c) { return std::string_view(" -./_:#()+*").find(c) != std::string_view::npos; }
char base_of(char c) { return c <= '9' ? '0' : c <= 'Z' ? 'A' : 'a'; }

bool read_code(std::string_view cell, Form& form) {
  form.text.assign(cell);
  form.size = 1;
  form.rank = 0;
  for (char c : cell) {
    unsigned radix = radix_of(c);
    if (radix == 0 && form.plain_side && !is_separator(c)) return false;
    if (radix == 0) continue;
    if (form.size > (Wide{1} << 94)) return false;
    form.size *= radix;
    form.rank = form.rank * radix + static_cast<unsigned>(c - base_of(c));
  }
  return form.size > 1;
}
void write_code(Form& form) {
  Wide rank = form.rank;
  for (size_t i = form.text.size(); i-- > 0;) {
    char& c = form.text[i];
    if (unsigned radix = radix_of(c)) {
      c = static_cast<char>(base_of(c) + static_cast<int>(rank % radix));
      rank /= radix;
    }
  }
}

bool read_day(std::string_view cell, Form& form) {
  CellDate d{};
  // With one digit the way back would not know how the date was written.
  if (!parse_cell_date(cell, d) || !d.form.padded || d.year < 1900 || d.year > 2099) return false;
  form.text.assign(cell);
  int64_t first = days_from_civil(1900, 1, 1);
  form.size = static_cast<Wide>(days_from_civil(2100, 1, 1) - first);
  form.rank = static_cast<Wide>(days_from_civil(d.year, d.month, d.day) - first);
  return true;
}
void write_day(Form& form) {
  CellDate d{};
  (void)parse_cell_date(form.text, d);
  CivilDate day = civil_from_days(days_from_civil(1900, 1, 1) + static_cast<int64_t>(form.rank));
  std::string made;
  put_date(day.year, day.month, day.day, d.form, made);
  form.text.replace(0, made.size(), made);
}

bool read_form(FormatKind kind, std::string_view cell, size_t first, Form& form) {
  switch (kind) {
    case FormatKind::id_number: return read_id(cell, form);
    case FormatKind::phone: return read_phone(cell, form);
    case FormatKind::card: return read_card(cell, first, form);
    case FormatKind::digits: return read_digits(cell, form);
    case FormatKind::code: return read_code(cell, form);
    case FormatKind::date: return read_day(cell, form);
  }
  return false;
}

void write_form(FormatKind kind, size_t first, Form& form) {
  switch (kind) {
    case FormatKind::id_number: return write_id(form);
    case FormatKind::phone: return write_phone(form);
    case FormatKind::card: return write_card(form, first);
    case FormatKind::digits: return write_number(form.rank, form.text.data(), form.text.size());
    case FormatKind::code: return write_code(form);
    case FormatKind::date: return write_day(form);
  }
}

}  // namespace

FormatPreserving::FormatPreserving(SecretBytes key, FormatKind kind, BlockCipher cipher, int first)
    : key_(std::move(key)), kind_(kind), cipher_(cipher), first_(first) {}
FormatPreserving::~FormatPreserving() = default;

const IntegerCipher& FormatPreserving::cipher_for(Wide size, uint32_t variant) const {
  std::lock_guard lock(mutex_);
  auto at = ciphers_.find({size, variant});
  if (at == ciphers_.end()) {
    // One key a domain: two domains never share a permutation's beginning.
    std::string info = "sluice deident/1 domain ";
    for (int i = 15; i >= 0; i--) info += static_cast<char>(static_cast<uint8_t>(size >> (8 * i)));
    for (int i = 3; i >= 0; i--) info += static_cast<char>(static_cast<uint8_t>(variant >> (8 * i)));
    SecretBytes key(hkdf_sm3(key_.reveal("derive the key of a domain"), {}, info, 16));
    auto made = IntegerCipher::create(cipher_, key, size);
    if (!made) std::abort();  // sizes and key lengths are ours
    at = ciphers_.emplace(std::pair(size, variant), std::move(*made)).first;
  }
  return at->second;
}

void FormatPreserving::both(Direction direction, std::span<const CellInput> cells, MaskedCells& out) const {
  constexpr size_t kAtOnce = 512;
  std::vector<Form> forms;
  std::vector<size_t> order;
  std::vector<Wide> ranks;
  const auto first = static_cast<size_t>(first_);
  for (size_t from = 0; from < cells.size(); from += kAtOnce) {
    size_t n = std::min(kAtOnce, cells.size() - from);
    forms.resize(n);
    order.clear();
    for (size_t i = 0; i < n; i++) {
      Form& form = forms[i];
      form.variant = 0;
      form.plain_side = direction == Direction::encrypt;
      form.size = 0;
      std::string_view cell = cells[from + i].cell;
      if (!cell.empty() && read_form(kind_, cell, first, form)) {
        order.push_back(i);
      } else {
        form.size = 0;
      }
    }
    auto same_domain = [&](size_t a, size_t b) { return forms[a].size == forms[b].size && forms[a].variant == forms[b].variant; };
    std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
      return forms[a].size != forms[b].size ? forms[a].size < forms[b].size : forms[a].variant < forms[b].variant;
    });
    for (size_t start = 0, end = 0; start < order.size(); start = end) {
      ranks.clear();
      for (end = start; end < order.size() && same_domain(order[start], order[end]); end++) ranks.push_back(forms[order[end]].rank);
      const IntegerCipher& cipher = cipher_for(forms[order[start]].size, forms[order[start]].variant);
      direction == Direction::encrypt ? cipher.encrypt(ranks) : cipher.decrypt(ranks);
      for (size_t k = start; k < end; k++) {
        if (cipher.is_small_domain()) small_ += cells[from + order[k]].times;
        forms[order[k]].rank = ranks[k - start];
        write_form(kind_, first, forms[order[k]]);
      }
    }
    for (size_t i = 0; i < n; i++) {
      if (forms[i].size > 0) out.text() += forms[i].text;
      out.close(cells[from + i].cell.empty() ? CellOutcome::null : forms[i].size > 0 ? CellOutcome::masked : CellOutcome::failed);
    }
  }
}

void FormatPreserving::run(std::span<const CellInput> cells, MaskedCells& out) const { both(Direction::encrypt, cells, out); }
void FormatPreserving::reverse(std::span<const CellInput> cells, MaskedCells& out) const { both(Direction::decrypt, cells, out); }

}  // namespace sluice::deident
