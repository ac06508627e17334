// Checks of the identifiers and codes of the field (C6.5.4). Pure, thread-safe, no allocation on the valid path.
//
// Input is what stood in a cell. White space around it is tolerated with the warning "code.surrounding_space"; letters
// are compared upper-case, lower case gives "code.lower_case" where the standard writes upper case (ICD excepted, whose
// x is written small). No function repeats the value in what it returns.
//
// Form rules and their evidence: GB 11643, GB 32100/GB 11714, GB/T 2260, GB/T 7408 and the NHSA code sets; rules that
// are not published (insurance-unit) or have no public member list are answered with form_only.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "standard/membership.h"
#include "standard/verdict.h"

namespace sluice {

struct CheckContext {
  const Membership* membership = nullptr;
  CivilDate today{9999, 12, 31};  // a birth after it is invalid
};

// The one entry: dispatches to the functions below.
Verdict check_code(CodeType type, std::string_view value, const CheckContext& context = {});

// GB 11643, 18 characters with ISO 7064 MOD 11-2, and the 15-digit legacy form (warning "id.legacy_form", form_only).
// Reasons: "id.form", "id.province", "id.birth_date", "id.birth_in_future", "id.check_character".
// Warnings: "id.county_unknown" (division list loaded and the code not in it: divisions get abolished),
// "id.lower_case_x", "id.foreigner_form" (2023 permanent residence card).
Verdict check_id_number(std::string_view value, const CheckContext& context);

// GB 32100-2015: 18 characters; reasons "uscc.form", "uscc.check_character" (position 18, mod 31); a failing GB 11714
// character (position 17) and an unusual registration department are warnings "uscc.organisation_check",
// "uscc.department". Live codes with a failing check exist: collection holds them for review, never drops them.
Verdict check_uscc(std::string_view value);

// Builders for well-formed values: the check character of the first 17, '\0' when these are malformed.
char id_check_character(std::string_view first17);
char uscc_check_character(std::string_view first17);
char organisation_check_character(std::string_view first8);

// ISO/IEC 7812-1 annex B over decimal digits, the check digit last: bank cards and other identification cards.
bool passes_luhn(std::string_view digits);

// What an 18- or 15-character ID number says of its holder; nothing unless its form and date are right.
struct IdFacts {
  CivilDate birth;
  bool male;
};
std::optional<IdFacts> id_facts(std::string_view value);

}  // namespace sluice
