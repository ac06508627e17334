#include "recheck/claim.h"

#include <algorithm>
#include <optional>

#include "recheck/cell_forms.h"

namespace sluice::recheck {

namespace {

using Test = std::function<bool(std::string_view)>;

class CellClaim final : public Claim {
 public:
  explicit CellClaim(Test test) : test_(std::move(test)) {}
  bool holds(std::string_view cell) override { return test_(cell); }

 private:
  Test test_;
};

// Every value but `except` occurs at least k times.
class FrequencyClaim final : public Claim {
 public:
  FrequencyClaim(uint64_t k, std::string except) : k_(k), except_(std::move(except)) {}
  bool holds(std::string_view cell) override {
    counts_[std::string(cell)]++;
    return true;
  }
  uint64_t broken_at_end() override {
    uint64_t broken = 0;
    for (const auto& [value, n] : counts_)
      if (n < k_ && value != except_) broken += n;
    return broken;
  }

 private:
  uint64_t k_;
  std::string except_;
  std::unordered_map<std::string, uint64_t> counts_;
};

Test mask_claim(const Parameters& p) {
  auto first = static_cast<size_t>(p.number("first", 0)), last = static_cast<size_t>(p.number("last", 0));
  std::string mask = p.text("mask_char", "*");
  return [=](std::string_view cell) {
    auto chars = characters(cell);
    auto hidden = [&](size_t from, size_t to) { return std::all_of(chars.begin() + static_cast<long>(from), chars.begin() + static_cast<long>(to), [&](auto c) { return c == mask; }); };
    if (chars.size() <= first + last) return hidden(0, chars.size());
    return hidden(first, chars.size() - last);
  };
}

Test pseudonym_claim(const Parameters& p) {
  auto length = static_cast<size_t>(p.number("length", 20));
  std::string prefix = p.text("prefix");
  return [=](std::string_view cell) {
    if (!cell.starts_with(prefix) || cell.size() != prefix.size() + length) return false;
    cell.remove_prefix(prefix.size());
    return std::all_of(cell.begin(), cell.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= '2' && c <= '7'); });
  };
}

Test date_claim(const Parameters& p) {
  std::string unit = p.text("unit", "year");
  return [=](std::string_view cell) {
    Day d;
    if (!read_day(cell, d) || d.day != 1 || !d.rest.empty()) return false;
    return unit == "month" || (unit == "quarter" ? d.month % 3 == 1 : d.month == 1);
  };
}

// "40-44" on the grid of width and bottom, "90+", "<20"; a single number only where a band holds one: by its width, or cut by the top.
Test band_claim(const Parameters& p) {
  const long long width = p.number("width"), bottom = p.number("bottom");
  const std::optional<long long> top = p.has("top") ? std::optional<long long>(p.number("top")) : std::nullopt;
  const bool has_bottom = p.has("bottom");
  return [=](std::string_view cell) {
    if (top && cell == std::to_string(*top) + "+") return true;
    if (has_bottom && cell == "<" + std::to_string(bottom)) return true;
    long long low = 0;
    bool fraction = false;
    if (!read_decimal(cell.substr(0, cell.find('-', 1)), low, fraction) || fraction || (low - bottom) % width != 0) return false;
    if ((has_bottom && low < bottom) || (top && low >= *top)) return false;
    const long long high = top ? std::min(low + width, *top) - 1 : low + width - 1;
    return cell == std::to_string(low) + (high > low ? "-" + std::to_string(high) : "");
  };
}

bool well_formed_id(std::string_view cell) {
  return cell.size() == 18 && digits(cell.substr(0, 17)) && check_character_of_id(cell.substr(0, 17)) == cell[17] &&
         is_day(number(cell.substr(6, 4)), number(cell.substr(10, 2)), number(cell.substr(12, 2)));
}

Test id_claim(const Parameters& p) {
  auto region = static_cast<size_t>(p.number("region", 0));
  bool year = p.text("birth", "none") == "year";
  return [=](std::string_view cell) {
    if (!well_formed_id(cell) || cell.substr(14, 3) != "000" || cell.substr(10, 4) != "0101") return false;
    if (!year && cell.substr(6, 4) != "1900") return false;
    std::string_view rest = cell.substr(std::max<size_t>(region, 1), 6 - std::max<size_t>(region, 1));
    return std::all_of(rest.begin(), rest.end(), [](char c) { return c == '0'; });
  };
}

Test format_claim(const Parameters& p) {
  std::string kind = p.text("kind");
  if (kind == "id_number") return [](std::string_view c) { return well_formed_id(c) && is_nobodys_id(c) && c.substr(14, 3) != "000"; };
  if (kind == "phone")
    return [](std::string_view c) {
      if (c.size() > 11) c.remove_prefix(c.size() - 11);
      return c.size() == 11 && digits(c) && c[0] == '1' && c[1] >= '3';
    };
  if (kind == "card") return [](std::string_view c) { return digits(c) && c.size() >= 13 && c.size() <= 19 && passes_luhn(c); };
  if (kind == "digits") return digits;
  if (kind == "date")
    return [](std::string_view c) {
      Day d;
      return read_day(c, d) && d.year >= 1900 && d.year <= 2099;
    };
  return {};
}

Test encrypt_claim(const Parameters& p) {
  std::string prefix = p.text("prefix");
  size_t least = p.text("mode", "deterministic") == "randomised" ? 44 : 23;  // 33 and 17 bytes in base64
  return [=](std::string_view cell) {
    if (!cell.starts_with(prefix) || cell.size() < prefix.size() + least) return false;
    return std::all_of(cell.begin() + static_cast<long>(prefix.size()), cell.end(), [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_'; });
  };
}

bool age_group(std::string_view cell, long long height) {
  constexpr int kWidths[] = {1, 5, 10, 20, 40};
  if (height >= 5) return false;
  const size_t dash = cell.find('-');
  if (dash == std::string_view::npos || dash > 2 || !digits(cell.substr(0, dash))) return cell == "90+";
  const int low = number(cell.substr(0, dash)), width = kWidths[height];
  return low % width == 0 && low < 90 && cell == std::to_string(low) + "-" + std::to_string(std::min(low + width, 90) - 1);
}

bool date_group(std::string_view cell, long long height) {
  const std::string_view rest = cell.substr(std::min<size_t>(4, cell.size()));
  if (cell.size() < 4 || !digits(cell.substr(0, 4))) return false;
  switch (height) {
    case 1: return rest.size() == 3 && rest[0] == '-' && digits(rest.substr(1)) && is_day(number(cell.substr(0, 4)), number(rest.substr(1)), 1);
    case 2: return rest.size() == 2 && rest[0] == 'Q' && rest[1] >= '1' && rest[1] <= '4';
    case 3: return rest.empty();
    case 4: return rest == "s" && cell[3] == '0';
    default: return false;
  }
}

bool disease_group(std::string_view cell, long long height) {
  if (height == 1) return cell.size() == 3 && cell[0] >= 'A' && cell[0] <= 'Z' && digits(cell.substr(1));
  constexpr std::string_view kChapters[] = {"I",  "II",  "III",  "IV",  "V",  "VI",  "VII",  "VIII",  "IX",  "X",  "XI",
                                            "XII", "XIII", "XIV", "XV", "XVI", "XVII", "XVIII", "XIX", "XX", "XXI", "XXII"};
  return height == 2 && std::find(std::begin(kChapters), std::end(kChapters), cell) != std::end(kChapters);
}

bool drug_group(std::string_view cell, long long height) {
  constexpr size_t kKept[] = {0, 6, 5, 4, 2, 1};
  return height < 6 && cell.size() == kKept[height] && (cell[0] == 'X' || cell[0] == 'Z');
}

// Up to its top a cell is its group, there and where a row is marked as left out it is *. Given hierarchies stand in no receipt.
Test hierarchy_claim(const Parameters& p) {
  const std::string name = p.text("hierarchy");
  const long long height = p.number("height"), lowest = p.number("lowest", height);
  if (lowest == 0) return {};  // what is left as it was in some classes can be anything
  bool (*group)(std::string_view, long long) = nullptr;
  if (name == "age") group = age_group;
  if (name == "date") group = date_group;
  if (name == "icd10") group = disease_group;
  if (name == "drug") group = drug_group;
  if (name == "division")
    group = [](std::string_view c, long long h) { return h < 3 && c.size() == 6 && digits(c) && c.substr(h == 1 ? 4 : 2).find_first_not_of('0') == std::string_view::npos; };
  if (!group) return {};
  return [=](std::string_view cell) {
    bool fine = cell == "*";
    for (long long h = lowest; h <= height && !fine; h++) fine = group(cell, h);
    return fine;
  };
}

Test round_claim(const Parameters& p) {
  const long long to = p.number("to", 1);
  return [=](std::string_view cell) {
    long long whole = 0;
    bool fraction = false;
    return read_decimal(cell, whole, fraction) && !fraction && whole % to == 0;
  };
}

Test clamp_claim(const Parameters& p) {
  const long long top = p.number("top", 1LL << 60), bottom = p.number("bottom", -(1LL << 60));
  return [=](std::string_view cell) {
    long long whole = 0;
    bool fraction = false;
    if (!read_decimal(cell, whole, fraction)) return false;
    const bool negative = cell.starts_with('-');
    return whole <= top && !(whole == top && fraction && !negative) && whole >= bottom && !(whole == bottom && fraction && negative);
  };
}

Test shape_claim(const Parameters& p) {
  auto zeros = [](std::string_view s) { return s.find_first_not_of('0') == std::string_view::npos; };
  std::string form = p.text("form");
  if (form == "phone")
    return [=](std::string_view c) {
      if (c.size() > 11) c.remove_prefix(c.size() - 11);
      return c.size() == 11 && digits(c) && c[0] == '1' && zeros(c.substr(3));
    };
  if (form == "card") return [=](std::string_view c) { return c.size() >= 13 && c.size() <= 19 && digits(c) && zeros(c.substr(6, c.size() - 7)) && passes_luhn(c); };
  if (form == "social_card") return [=](std::string_view c) { return (c.size() == 9 && zeros(c.substr(1))) || (c.size() == 18 && well_formed_id(c) && is_nobodys_id(c)); };
  if (form == "insurance_number") return [=](std::string_view c) { return c.size() >= 8 && digits(c) && zeros(c.substr(6)); };
  if (form == "address") return [](std::string_view c) { return c.ends_with("***") && c.find_first_of("0123456789") == std::string_view::npos; };
  return {};
}

Test region_claim(const Parameters& p) {
  const auto kept = static_cast<size_t>(p.number("digits"));
  return [=](std::string_view cell) {
    if (!digits(cell) || cell.size() > 6 || cell.size() % 2 != 0) return false;
    return cell.size() <= kept || cell.substr(kept).find_first_not_of('0') == std::string_view::npos;
  };
}

}  // namespace

char check_character_of_id(std::string_view first17) {
  // ISO 7064 MOD 11-2: the weights are powers of two modulo 11.
  int sum = 0;
  for (char c : first17) sum = (sum + (c - '0')) * 2 % 11;
  int check = (12 - sum) % 11;
  return check == 10 ? 'X' : static_cast<char>('0' + check);
}

bool passes_luhn(std::string_view number_text) {
  int sum = 0;
  bool twice = false;
  for (size_t i = number_text.size(); i-- > 0; twice = !twice) {
    int d = (number_text[i] - '0') * (twice ? 2 : 1);
    sum += d / 10 + d % 10;
  }
  return sum % 10 == 0;
}

bool is_nobodys_id(std::string_view id) {
  if (id.substr(14, 3) == "000") return true;
  int province = number(id.substr(0, 2)), city = number(id.substr(2, 2));
  if (province == 71 || province == 81 || province == 82) return id.substr(2, 4) != "0000";
  return city >= 54 && city <= 97 && city != 90;
}

bool is_technique(std::string_view name) {
  constexpr std::string_view names[] = {"keep",      "suppress",          "redact",  "blank",     "mask",  "pseudonym", "date",    "date_shift",     "band", "region", "round",
                                        "id_number", "format_preserving", "encrypt", "hierarchy", "clamp", "noise",     "permute", "microaggregate", "rare", "text",   "well_formed"};
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

bool changes_nothing(std::string_view technique, const Parameters& p) {
  if (technique == "band") return p.number("width") == 1 && !p.has("top") && !p.has("bottom");
  return (technique == "hierarchy" && p.number("height") == 0) || (technique == "region" && p.number("digits") == 6) || (technique == "round" && p.number("to") == 1);
}

std::unique_ptr<Claim> claim_of_ladder(const Ladder& ladder, const Parameters& p) {
  const auto height = static_cast<size_t>(p.number("height")), lowest = static_cast<size_t>(p.number("lowest", p.number("height")));
  return std::make_unique<CellClaim>([&ladder, height, lowest](std::string_view cell) { return cell == "*" || ladder.has(cell, lowest, height); });
}

std::unique_ptr<Claim> claim_of(std::string_view technique, const Parameters& p) {
  Test test;
  if (p.keeps_others()) return nullptr;  // the file does not say which rows it acted on
  if (technique == "well_formed") {
    test = shape_claim(p);
  } else if (technique == "redact") {
    test = [value = p.text("value")](std::string_view cell) { return cell == value; };
  } else if (technique == "blank") {
    test = [](std::string_view) { return false; };
  } else if (technique == "mask") {
    test = mask_claim(p);
  } else if (technique == "pseudonym") {
    test = pseudonym_claim(p);
  } else if (technique == "date") {
    test = date_claim(p);
  } else if (technique == "date_shift") {
    test = [](std::string_view cell) {
      Day d;
      return read_day(cell, d);
    };
  } else if (technique == "band") {
    test = band_claim(p);
  } else if (technique == "region") {
    test = region_claim(p);
  } else if (technique == "round") {
    test = round_claim(p);
  } else if (technique == "id_number") {
    test = id_claim(p);
  } else if (technique == "format_preserving") {
    test = format_claim(p);
  } else if (technique == "encrypt") {
    test = encrypt_claim(p);
  } else if (technique == "hierarchy") {
    test = hierarchy_claim(p);
  } else if (technique == "clamp") {
    test = clamp_claim(p);
  } else if (technique == "noise") {
    test = [](std::string_view cell) {
      long long whole = 0;
      bool fraction = false;
      return read_decimal(cell, whole, fraction);
    };
  } else if (technique == "microaggregate" || technique == "rare") {
    return std::make_unique<FrequencyClaim>(static_cast<uint64_t>(p.number("k", 2)), p.text("value"));
  }
  return test ? std::make_unique<CellClaim>(std::move(test)) : nullptr;
}

}  // namespace sluice::recheck
